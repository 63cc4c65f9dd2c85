"""kktctl probe --vat, the operator's command, against kktsim over TCP: what the firmware takes is
told, and the storage file, the witness, gets nothing. Whatever KKT the other tests have."""

import json
import pathlib
import shutil
import tempfile
import unittest

import devices
from harness import BUILD, Process, documents, run, wait_until

LINE = ('"vat_codes": {"5": 7, "7": 8, "5/105": 9, "7/107": 10, "22": 11, "22/122": 12}')


class ProbeVat(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kktd-e2e-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.storage = self.folder / "kkt.fn"
        self.devices = devices.Simulated(self.folder, BUILD, Process)
        self.addCleanup(self.devices.close)

    def kkt(self, codes, shift=True):
        uri = self.devices.uri(self.storage, {"vat-codes": codes})
        if shift:  # somebody has sold in it
            self.tell("foreign_receipt")
            wait_until(lambda: len(documents(self.storage)) == 2, 10, "a receipt of somebody else")
        self.before = self.storage.read_bytes() if self.storage.exists() else b""
        return uri

    def tell(self, line):
        return self.devices.tell(self.storage, line)

    def probe(self, uri, *words):
        return run(BUILD / "src/tool/kktctl", "--state-dir", self.folder / "state", "probe", uri,
                   "--vat", *words)

    def assert_untouched(self):
        after = self.storage.read_bytes() if self.storage.exists() else b""
        self.assertEqual(after, self.before)
        self.assertFalse(json.loads(self.tell("state"))["receipt_open"])

    def test_a_firmware_of_all_codes(self):
        uri = self.kkt("1-12")
        code, text = self.probe(uri)
        self.assertEqual(code, 0, text)
        self.assertIn(LINE, text)
        self.assert_untouched()
        code, text = self.probe(uri, "--json")
        self.assertEqual(code, 0, text)
        codes = json.loads(text)["vat_codes"]
        self.assertEqual([entry["code"] for entry in codes], list(range(1, 13)))
        self.assertTrue(all(entry["taken"] for entry in codes))
        self.assert_untouched()

    def test_a_firmware_of_the_published_codes(self):
        code, text = self.probe(self.kkt("1-6"))
        self.assertEqual(code, 0, text)
        self.assertNotIn('"vat_codes"', text)
        self.assertIn("fptr10", text)
        self.assert_untouched()

    def test_not_while_the_shift_is_closed(self):
        code, text = self.probe(self.kkt("1-12", shift=False))
        self.assertNotEqual(code, 0, text)
        self.assertIn("смена закрыта", text)
        self.assert_untouched()

    def test_the_receipt_is_cancelled_when_the_link_breaks(self):
        for command in ("92", "EB", "59"):
            for when in ("before", "after"):
                with self.subTest(command=command, when=when):
                    uri = self.kkt("1-12", shift=not self.storage.exists())
                    self.tell(f"{when} {command} drop")
                    code, text = self.probe(uri)
                    self.assertIn(code, (0, 1), text)
                    self.assert_untouched()


if __name__ == "__main__":
    unittest.main()
