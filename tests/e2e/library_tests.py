"""The driver fptr10 with the programs of a build as they are, over the fake of the vendor's library:
kktd and kktctl find their child, and a library that comes later is taken."""

import shutil
import unittest
import unittest.mock

import devices
from harness import BUILD, Case, receipt, wait_until

FAKE = BUILD / "tests/unit/driver/libfake_fptr10.so"
SECONDS = 20


@unittest.skipUnless(devices.KIND == "test", "brings its own device")
class LateLibrary(Case):
    def setUp(self):
        super().setUp()
        self.library = self.stand.folder / "libfptr10.so"
        fake = self.stand.folder / "fake"
        fake.mkdir()
        (fake / "script").touch()
        self.environment = {"FAKE_FPTR10": str(fake)}
        self.device = f"fptr10+tcp://127.0.0.1:5555?library={self.library}"
        legal = {"inn": "7701234560", "taxation": "osn", "sale": "counter",
                 "contact_missing": "refuse", "payment_method": "full_payment",
                 "payment_object": "commodity", "legacy_vat": "map"}
        self.stand.configure(kkt=[{"id": "main", "device": self.device, "legal": legal,
                                   "retry_interval": 1}], front={"answer_deadline": 1})

    def test_rates_are_known_when_the_library_is_there(self):
        self.start(self.environment)
        self.assert_refused(answer := self.stand.post(receipt("L-1")), 422)  # 22 %
        self.assertIn("библиотека АТОЛ libfptr10.so ещё не загружена", answer.text)
        plain = receipt("L-2")
        plain["Goods"]["Position_1"]["Tax"] = 10  # known to each version
        answer = self.stand.post(plain)
        self.assertEqual((answer.status, answer.json["outcome"]), (202, "accepted"), answer)
        self.assertIn("libfptr10.so", self.stand.status().text)

        shutil.copy(FAKE, self.library)
        wait_until(lambda: self.stand.post(receipt("L-1")).status != 422, SECONDS, "22 % is known")

    def test_kktctl_of_the_build_finds_the_child(self):
        shutil.copy(FAKE, self.library)
        self.assertEqual(self.probe()[0], 0, self.probe()[1])
        self.assertIn("АТОЛ 55Ф", self.probe()[1])

    def probe(self):
        with unittest.mock.patch.dict("os.environ", self.environment):
            return self.stand.kktctl("probe", self.device)


if __name__ == "__main__":
    unittest.main(verbosity=2)
