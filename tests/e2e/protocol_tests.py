"""A KKT on a serial line whose link protocol nobody has stated: kktd finds it out, at each start
anew, also where it has to ask what became of a receipt."""

import json
import unittest

import devices
from harness import Case, receipt, wait_until

SOON = {"kkt": {"retry_interval": 1}, "front": {"answer_deadline": 1}}
READY_SECONDS = 30
SILENT_SECONDS = 20  # by both protocols


class Found:
    """For each protocol."""

    config = SOON

    def tell(self, line):
        return self.stand.devices.tell(self.stand.storage, line)

    def test_a_receipt(self):
        self.start()
        self.stand.post_until_done(receipt("FIRST"))
        self.assertTrue(self.stand.restart(), self.stand.read_log())
        self.stand.post_until_done(receipt("SECOND"))
        self.assertEqual(len(self.stand.receipts()), 2)

    def test_kktd_is_killed_while_the_answer_to_the_closing_is_lost(self):
        for when, made in (("before", 0), ("after", 1)):
            with self.subTest(when=when):
                self.stand.fresh(**SOON)
                self.start()
                self.stand.post_until_done(receipt("BEFORE"))
                self.tell(f"{when} 4A lose_answer")
                body = receipt("IN-DOUBT", 200)
                accepted = self.stand.post(body, headers={"Prefer": "respond-async"})
                self.assertEqual(accepted.status, 202, accepted)
                wait_until(lambda: self.tell("rules").strip() == "0", READY_SECONDS, "4A was sent")
                self.stand.kill()
                self.assertEqual(len(self.stand.receipts()), 1 + made)
                self.start()
                self.stand.post_until_done(body)
                self.assertEqual([one["total"] for one in self.stand.receipts()], [10000, 20000])
                self.assertEqual(self.stand.stop(), 0)

    def test_probe(self):
        uri = self.stand.device()
        self.assertNotIn("protocol", uri)
        code, text = self.stand.kktctl("probe", uri, "--json")
        self.assertEqual(code, 0, text)
        self.assertEqual(json.loads(text)["config"]["device"], uri)

    def test_a_kkt_that_is_switched_on_later(self):
        self.tell("before any every lose_answer")
        self.tell("before ask every lose_answer")
        self.start()
        wait_until(lambda: "ни по протоколу 3, ни по протоколу 2" in self.stand.read_log(),
                   SILENT_SECONDS, "nothing was found")
        self.tell("clear")
        self.stand.post_until_done(receipt("LATER"))
        self.assertEqual(len(self.stand.receipts()), 1)


@unittest.skipUnless(devices.KIND == "atol2", "needs kktsim: KKTD_E2E_DEVICE=atol2")
class Newer(Found, Case):
    kind = "serial3"


@unittest.skipUnless(devices.KIND == "atol2", "needs kktsim: KKTD_E2E_DEVICE=atol2")
class Older(Found, Case):
    kind = "serial2"


if __name__ == "__main__":
    unittest.main()
