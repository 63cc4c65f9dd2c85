"""A KKT that cannot now: receipts wait and are registered when it can, status never waits, and an
operator decides what nobody can know."""

import json
import sqlite3
import time
import unittest

import devices
from harness import Case, StartedCase, receipt, together, wait_until

SOON = {"kkt": {"retry_interval": 1}, "front": {"answer_deadline": 1}}
AT_ONCE_SECONDS = 4  # far below what anything here waits for; the disk of a busy machine is slow


class Waiting(StartedCase):
    config = SOON

    def accepted(self, answer):
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["check_number"]),
                         (202, "accepted", 0), answer)
        self.assertNotEqual(answer.json["result_code"], 0)
        self.assertEqual(answer.json["retry"], "same")
        return answer.json

    def test_each_temporary_cause(self):
        for number, cause in enumerate(({"paper": "out"}, {"cover": "open"}, {"link": "down"},
                                        {"busy": 1}, {"clock_skew": 900})):
            with self.subTest(cause):
                self.stand.flip(**cause)
                body = receipt(f"W-{number}")
                waiting = self.accepted(self.stand.post(body))
                self.assertEqual(len(self.stand.receipts()), number)
                self.stand.flip()
                wait_until(lambda: len(self.stand.receipts()) == number + 1, 30, "registered")
                done = self.stand.post_until_done(body).json
                self.assertEqual((done["id"], done["repeated"]), (waiting["id"], True))
        self.assertEqual(len(self.stand.receipts()), 5)

    def test_the_answer_says_where_to_ask_and_not_to_ring_it_up(self):
        self.stand.flip(paper="out")
        answer = self.stand.post(receipt("L-1"))
        read = self.accepted(answer)
        self.assertEqual(answer.headers["Location"], f"/kkt/receipts/{read['id']}")
        self.assertIn("бумаг", read["result_description"].lower())
        self.assertIn("номер", read["result_description"])
        self.assertIn("вручную", read["result_description"])
        self.assertEqual(self.stand.get(answer.headers["Location"]).json["outcome"], "accepted")

    def test_status_says_why(self):
        self.stand.flip(paper="out")
        self.accepted(self.stand.post(receipt("S-1")))
        status = self.stand.status()
        self.assertEqual(status.status, 503)
        self.assertNotEqual(status.json["result_code"], 0)
        self.assertIn("бумаг", status.text.lower())
        text = self.stand.get("/kkt").text
        self.assertTrue(text.startswith("Статус ККТ:\n("), text)
        self.assertNotIn("(0,", text)

    def test_waiting_receipts_survive_restart_and_kill(self):
        self.stand.flip(paper="out")
        for number in range(5):
            self.accepted(self.stand.post(receipt(f"K-{number}", number + 1)))
        self.assertEqual(self.stand.stop(), 0)
        self.start()
        self.stand.kill()
        self.stand.flip()
        self.start()
        wait_until(lambda: len(self.stand.receipts()) == 5, 30, "all registered")
        # In the order they came.
        self.assertEqual([document["total"] for document in self.stand.receipts()],
                         [100, 200, 300, 400, 500])

    def test_withdrawn(self):
        self.stand.flip(paper="out")
        kept = self.accepted(self.stand.post(receipt("D-1", 1)))
        gone = self.accepted(self.stand.post(receipt("D-2", 2)))
        answer = self.stand.client.delete(f"/kkt/receipts/{gone['id']}")
        self.assertEqual(answer.status, 200, answer)
        self.stand.flip()
        wait_until(lambda: self.stand.receipts(), 30, "the other is registered")
        self.assertEqual([document["total"] for document in self.stand.receipts()], [100])
        # Too late, and unknown ones.
        self.assertEqual(self.stand.client.delete(f"/kkt/receipts/{kept['id']}").status, 409)
        self.assertEqual(self.stand.client.delete("/kkt/receipts/NONE").status, 404)
        # What was withdrawn can be sent again.
        self.assertEqual(self.stand.post_until_done(receipt("D-2", 2)).json["outcome"], "done")

    @unittest.skipUnless(devices.KIND == "test", "a real device gives up after a day at the earliest")
    def test_given_up(self):
        self.assertEqual(self.stand.stop(), 0)
        self.stand.configure(kkt={"retry_interval": 1, "give_up_after": 2},
                             front={"answer_deadline": 1})
        self.start()
        self.stand.flip(paper="out")
        read = self.accepted(self.stand.post(receipt("G-1")))
        def refused():
            found = self.stand.get(f"/kkt/receipts/{read['id']}").json
            return found["outcome"] == "refused"
        wait_until(refused, 30, "given up")
        self.stand.flip()
        self.assertEqual(self.stand.receipts(), [])
        # A later POST is a new attempt.
        self.assertEqual(self.stand.post_until_done(receipt("G-1")).json["outcome"], "done")

    def test_prefer_respond_async(self):
        self.stand.flip(paper="out")
        started = time.monotonic()
        self.accepted(self.stand.post(receipt("A-1"), headers={"Prefer": "respond-async"}))
        self.assertLess(time.monotonic() - started, AT_ONCE_SECONDS)

    def test_queue_is_bounded(self):
        self.assertEqual(self.stand.stop(), 0)
        self.stand.configure(kkt={"retry_interval": 1, "queue_limit": 3},
                             front={"answer_deadline": 0})
        self.start()
        self.stand.flip(paper="out")
        for number in range(3):
            self.accepted(self.stand.post(receipt(f"Q-{number}")))
        full = self.stand.post(receipt("Q-3"))
        self.assert_refused(full, 503)
        self.assertGreater(int(full.headers["Retry-After"]), 0)
        # Nothing was journaled: it is not known.
        self.assertEqual(self.stand.get("/kkt/receipts?number=Q-3").json["receipts"], [])
        self.stand.flip()
        wait_until(lambda: len(self.stand.receipts()) == 3, 30, "registered")
        self.stand.post_until_done(receipt("Q-3"))
        self.assertEqual(len(self.stand.receipts()), 4)


class LostAnswer(StartedCase):
    """The KKT does or does not make the document, and its answer is lost."""

    config = SOON

    def lose(self, number, **faults):
        """Until the answer is lost once; then the KKT is well again."""
        self.stand.flip(**faults)
        answer = self.stand.post(receipt(number))
        self.stand.flip()
        return answer

    def test_made_and_lost_is_found_again(self):
        self.assertIn(self.lose("LA-1", lose_answer="after").json["outcome"], ("done", "accepted"))
        self.stand.post_until_done(receipt("LA-1"))
        self.assertEqual(len(self.stand.receipts()), 1)

    def test_not_made_is_made_once(self):
        self.lose("LB-1", lose_answer="before")
        answer = self.stand.post(receipt("LB-1"))
        if answer.json["outcome"] == "refused":  # asked: certainly not registered
            answer = self.stand.post(receipt("LB-1"))
        self.stand.post_until_done(receipt("LB-1"))
        self.assertEqual(len(self.stand.receipts()), 1)

    def test_lost_while_nobody_can_be_asked(self):
        self.stand.flip(lose_answer="after", mute=1)
        answer = self.stand.post(receipt("LM-1"))
        self.assertEqual((answer.status, answer.json["outcome"]), (202, "accepted"), answer)
        later = self.stand.post(receipt("LM-2", 7))
        self.assertEqual(later.json["outcome"], "accepted")
        self.stand.flip()
        self.stand.post_until_done(receipt("LM-1"))
        self.stand.post_until_done(receipt("LM-2", 7))
        self.assertEqual(len(self.stand.receipts()), 2)


class UnknownReceipt(StartedCase):
    """A document is made and its answer lost, and then the KKT gets another fiscal storage: nobody
    can tell any more, and an operator decides."""

    config = SOON
    OTHER_FN = "9999078900001234"

    def setUp(self):
        super().setUp()
        self.assert_done(self.stand.post(receipt("U-0")))  # the KKT is bound, its shift open
        self.stand.flip(lose_answer="after", mute=1)
        lost = self.stand.post(receipt("U-1", 250))
        self.assertEqual(lost.json["outcome"], "accepted", lost)
        self.id = lost.json["id"]
        self.assertEqual(self.stand.stop(), 0)
        self.stand.configure(device={"fn": self.OTHER_FN}, **SOON)
        self.stand.flip()  # not before kktd has ended: the KKT would tell
        self.start()
        wait_until(lambda: self.stand.post(receipt("U-1", 250)).json["outcome"] == "unknown", 30,
                   "the KKT was asked in vain")
        self.fd = self.stand.receipts()[-1]["fd"]
        self.assertEqual(len(self.stand.receipts()), 2)

    def listed(self):
        """Ids of kktctl unknown, as programs read them."""
        code, text = self.stand.kktctl("unknown", "--json")
        self.assertEqual(code, 0, text)
        return [found["id"] for found in json.loads(text)["receipts"]]

    def resolve(self, *decision):
        """The operator looks and decides; then the new fiscal storage is accepted too."""
        self.assertEqual(self.listed(), [self.id])
        code, text = self.stand.kktctl("resolve", self.id, *decision)
        self.assertEqual(code, 0, text)
        self.assertEqual(self.listed(), [])
        code, text = self.stand.kktctl("accept-kkt", "main")
        self.assertEqual(code, 0, text)

    def test_it_waits_for_an_operator_and_others_behind_it(self):
        code, text = self.stand.kktctl("unknown")
        self.assertEqual(code, 0, text)
        for word in (self.id, "U-1", "250.00", "main"):
            self.assertIn(word, text)

        answer = self.stand.post(receipt("U-1", 250))
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["retry"]),
                         (409, "unknown", "operator"), answer)
        self.assertEqual(self.stand.post(receipt("U-2")).json["outcome"], "accepted")
        self.assertTrue(self.assert_done(self.stand.post(receipt("U-0")))["repeated"])
        self.assertEqual(self.stand.status().json["unknown"], 1)
        # A restart asks nothing again and forgets nothing.
        self.stand.restart()
        self.assertEqual(self.listed(), [self.id])
        self.assertEqual(self.stand.post(receipt("U-1", 250)).json["outcome"], "unknown")
        self.assertEqual(len(self.stand.receipts()), 2)

        self.resolve("--registered", "--fd", str(self.fd))
        self.stand.post_until_done(receipt("U-2"))
        self.assertEqual(len(self.stand.receipts()), 3)

    def test_registered(self):
        self.resolve("--registered", "--fd", str(self.fd))
        done = self.assert_done(self.stand.post(receipt("U-1", 250)))
        self.assertEqual((done["id"], done["fd"], done["repeated"]), (self.id, self.fd, True))
        # What nobody could ask the KKT is left out, not made up.
        self.assertEqual((done["check_number"], done["fpd"], done["time"]), (0, "", ""))
        self.assertNotEqual(self.stand.kktctl("resolve", self.id, "--not-registered")[0], 0)
        self.assertEqual(len(self.stand.receipts()), 2)

    def test_not_registered(self):
        self.resolve("--not-registered")
        found = self.stand.get(f"/kkt/receipts/{self.id}").json
        self.assertEqual((found["outcome"], found["check_number"]), ("refused", 0))
        self.assertEqual(len(self.stand.receipts()), 2)
        # Sent again it is a new attempt.
        done = self.stand.post_until_done(receipt("U-1", 250)).json
        self.assertEqual((done["id"], done["attempt"]), (self.id, 2))
        self.assertEqual([(d["fn"], d["total"]) for d in self.stand.receipts()][2:],
                         [(self.OTHER_FN, 25_000)])

    def test_again(self):
        self.resolve("--again")
        done = self.stand.post_until_done(receipt("U-1", 250)).json
        self.assertEqual((done["id"], done["fn"]), (self.id, self.OTHER_FN))
        self.assertEqual(len(self.stand.receipts()), 3)


class StatusNeverWaits(Case):
    config = {"device": {"latency_ms": 3000}}

    def test_two_hundred_waiting_posts(self):
        self.start()
        slowest = []

        def work(index):
            if index == 200:
                time.sleep(1)  # the posts are parked by now
                for _ in range(20):
                    started = time.monotonic()
                    self.stand.status()
                    slowest.append(time.monotonic() - started)
                return None
            return self.stand.post(receipt("ONE"))

        answers = together(201, work)
        self.assertLess(max(slowest), AT_ONCE_SECONDS)
        for answer in answers[:200]:
            self.assert_done(answer)
        self.assertEqual(len(self.stand.receipts()), 1)


class Operator(StartedCase):
    config = SOON

    def test_status(self):
        code, text = self.stand.kktctl("status")
        self.assertEqual(code, 0, text)
        self.assertIn("main", text)
        code, text = self.stand.kktctl("status", "--json")
        self.assertEqual((code, json.loads(text)["status"]["kkt"][0]["id"]), (0, "main"))

    def test_receipt(self):
        done = self.assert_done(self.stand.post(receipt("O-1", 123)))
        for words in ((done["id"],), ("--number", "O-1"),
                      ("--number", "O-1", "--date", "06.10.2017")):
            code, text = self.stand.kktctl("receipt", *words)
            self.assertEqual(code, 0, text)
            self.assertIn(str(done["fd"]), text)
            self.assertIn("123", text)
        self.assertNotEqual(self.stand.kktctl("receipt", "NONE")[0], 0)

    def test_withdraw(self):
        self.stand.flip(paper="out")
        waiting = self.stand.post(receipt("O-2")).json
        code, text = self.stand.kktctl("withdraw", waiting["id"])
        self.assertEqual(code, 0, text)
        self.stand.flip()
        self.assertNotEqual(self.stand.kktctl("withdraw", waiting["id"])[0], 0)
        self.assertEqual(self.stand.receipts(), [])

    def test_nothing_unknown(self):
        code, _ = self.stand.kktctl("unknown")
        self.assertEqual(code, 0)

    def test_another_kkt_needs_consent(self):
        self.assert_done(self.stand.post(receipt("O-3")))
        self.assertEqual(self.stand.stop(), 0)
        self.stand.configure(device={"fn": "9999078900001234"}, **SOON)
        self.start()
        answer = self.stand.post(receipt("O-4"))
        self.assertEqual(answer.json["outcome"], "accepted", answer)
        code, text = self.stand.kktctl("accept-kkt", "main")
        self.assertEqual(code, 0, text)
        self.stand.post_until_done(receipt("O-4"))
        self.assertEqual([d["fn"] for d in self.stand.receipts()][-1], "9999078900001234")

    def test_reports_and_cash(self):
        self.assert_done(self.stand.post(receipt("O-5")))
        for words in (("x-report",), ("cash-in", "500.00"), ("cash-out", "500", "main"),
                      ("reprint", "main"), ("continue-print",)):
            code, text = self.stand.kktctl(*words)
            self.assertEqual(code, 0, text)
        code, text = self.stand.kktctl("cash-out", "0.01")
        self.assertEqual(code, 1, text)
        self.assertIn("В ККТ нет денег для выплаты", text)
        self.assertEqual(len(self.stand.documents()), 2)  # none of it is a fiscal document

        code, text = self.stand.kktctl("z-report", "--json")
        self.assertEqual((code, json.loads(text)["done"]), (0, True), text)
        self.assertEqual(self.stand.documents()[-1]["kind"], "shift_close")
        self.assertEqual(self.stand.kktctl("z-report")[0], 1)
        self.assert_done(self.stand.post(receipt("O-6")))
        self.assertEqual([document["kind"] for document in self.stand.documents()],
                         ["shift_open", "receipt", "shift_close", "shift_open", "receipt"])

        self.stand.flip(paper="out")
        code, text = self.stand.kktctl("z-report")
        self.assertEqual(code, 1, text)
        self.assertIn("бумага", text)
        with sqlite3.connect(f"file:{self.stand.state}/journal.db?mode=ro", uri=True) as journal:
            notes = [text for text, in journal.execute("SELECT text FROM note ORDER BY rowid")]
        self.assertEqual(len(notes), 9)
        self.assertRegex(notes[1], r"^operator: cash-in 500\.00 by uid \d+.*: done: ")
        self.assertRegex(notes[-1], "^operator: z-report by .*: not done: .*бумага")

    def test_probe_leaves_the_device_to_kktd(self):
        code, text = self.stand.kktctl("probe", self.stand.device())
        self.assertEqual(code, 1, text)
        self.assertIn("работает kktd (main)", text)
        self.assertEqual(self.stand.stop(), 0)
        code, text = self.stand.kktctl("probe", self.stand.device())
        self.assertEqual(code, 0, text)
        self.assertIn("7701234560", text)

    def test_without_a_running_kktd(self):
        self.stand.stop()
        code, text = self.stand.kktctl("status")
        self.assertEqual(code, 69, text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
