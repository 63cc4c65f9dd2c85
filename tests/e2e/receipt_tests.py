"""The way of a receipt through nginx, spawn-fcgi and kktd, and what a repeat of it gets."""

import copy
import json
import unittest
import urllib.parse

import devices
from harness import Case, StartedCase, RECEIPT, receipt, together, wait_until


class Sell(StartedCase):
    def test_the_classic_receipt(self):
        read = self.assert_done(self.stand.post(RECEIPT))
        self.assertEqual((read["check_number"], read["result_code"]), (1, 0))
        self.assertFalse(read.get("repeated", False))
        document = self.stand.receipts()[0]
        self.assertEqual((document["total"], document["number"], document["fd"], document["fn"],
                          document["shift"], document["fpd"]),
                         (195000, 1, read["fd"], read["fn"], read["shift"], read["fpd"]))
        self.assertEqual([d["kind"] for d in self.stand.documents()][-2:],
                         ["shift_open", "receipt"])
        # Rate 18 of a 2017 shop became 22, and is told so.
        if devices.OLD_RATE == 18:
            self.assertTrue(any("22" in str(warning) for warning in read["warnings"]), read)
        # What the embedded KKT makes is marked as a test; of another one kktd knows only that it
        # is a KKT.
        marked = "ТЕСТ, не фискальный" in read["result_description"]
        self.assertEqual(marked, devices.KIND == "test")

    def test_whatever_the_content_type_and_with_or_without_bom(self):
        for number, content_type in enumerate(("application/json", "text/plain", "",
                                               "application/x-www-form-urlencoded;charset=utf-8")):
            body = json.dumps(receipt(f"T-{number}")).encode()
            answer = self.stand.post(b"\xef\xbb\xbf" * (number % 2) + body,
                                     headers={"Content-Type": content_type})
            self.assert_done(answer)
        self.assertEqual(len(self.stand.receipts()), 4)

    def test_with_and_without_the_slash(self):
        self.assert_done(self.stand.post(receipt("S-1"), path="/kkt/"))
        self.assertTrue(self.assert_done(self.stand.post(receipt("S-1"), path="/kkt"))["repeated"])

    def test_refund(self):
        self.assert_done(self.stand.post(receipt("R-1")))
        back = receipt("R-2", Operation="sell_refund", OriginalNumber="R-1",
                       OriginalDate="06.10.2017")
        read = self.assert_done(self.stand.post(back))
        self.assertEqual(read["check_number"], 2)
        self.assertEqual(len(self.stand.receipts()), 2)

    def test_the_status_text_of_2017(self):
        wait_until(lambda: self.stand.status().status == 200, 10, "the KKT was asked")
        for path in ("/kkt", "/kkt/"):
            answer = self.stand.get(path)
            self.assertEqual((answer.status, answer.text.rstrip("\n")),
                             (200, "Статус ККТ:\n(0, u'Ошибок нет', 0, u'Ошибок в параметрах нет')"))

    def test_status(self):
        before = wait_until(lambda: (found := self.stand.status()).status == 200 and found, 10,
                            "the KKT was asked")
        self.assertEqual(before.json["result_code"], 0)
        self.assert_done(self.stand.post(RECEIPT))
        kkt = self.stand.status().json["kkt"][0]
        self.assertEqual(kkt["id"], "main")

    def test_a_receipt_can_be_looked_up(self):
        done = self.assert_done(self.stand.post(RECEIPT))
        found = self.stand.get(f"/kkt/receipts/{done['id']}")
        self.assertEqual((found.status, found.json["fd"], found.json["fpd"]),
                         (200, done["fd"], done["fpd"]))
        number = urllib.parse.quote(RECEIPT["DocNumber"])
        for query in (f"number={number}", f"number={number}&date=06.10.2017",
                      f"number={number}&date=2017-10-06&operation=sell"):
            listed = self.stand.get(f"/kkt/receipts?{query}").json["receipts"]
            self.assertEqual([one["id"] for one in listed], [done["id"]], query)
        self.assertEqual(self.stand.get("/kkt/receipts?number=none").json["receipts"], [])

    def test_head_and_options(self):
        wait_until(lambda: self.stand.status().status == 200, 30, "it can sell")
        for path in ("/kkt", "/kkt/status"):
            head = self.stand.client.request("HEAD", path)
            self.assertEqual((head.status, head.body), (200, b""))
            options = self.stand.client.request("OPTIONS", path)
            self.assertIn(options.status, (200, 204))
            self.assertIn("GET", options.headers["Allow"])


class Repeat(StartedCase):
    def test_the_same_gets_the_stored_answer(self):
        first = self.assert_done(self.stand.post(RECEIPT))
        again = self.assert_done(self.stand.post(RECEIPT))
        self.assertIs(again["repeated"], True)
        for key in ("check_number", "fd", "fpd", "fn", "shift", "id"):
            self.assertEqual(again[key], first[key])
        self.assertEqual(len(self.stand.receipts()), 1)

    def test_spelling_does_not_matter(self):
        self.assert_done(self.stand.post(RECEIPT))
        other = copy.deepcopy(RECEIPT)
        other["DocDate"] = "2017-10-06"
        other["DocSumm"] = "1950,00"
        other["Goods"]["Position_1"]["Quantity"] = "6.000"
        self.assertIs(self.assert_done(self.stand.post(other))["repeated"], True)

    def test_other_content_is_a_conflict_that_shows_both(self):
        self.assert_done(self.stand.post(receipt("C-1", 100)))
        read = self.stand.post(receipt("C-1", 200))
        self.assertEqual((read.status, read.json["outcome"]), (409, "refused"), read)
        self.assertIn("100", read.text)
        self.assertIn("200", read.text)
        self.assertEqual(len(self.stand.receipts()), 1)

    def test_another_date_looks_like_a_repeat(self):
        self.assert_done(self.stand.post(receipt("D-1")))
        later = receipt("D-1", DocDate="07.10.2017")
        answer = self.stand.post(later)
        self.assertEqual(answer.status, 409, answer)
        self.assertIn("охоже на повтор", answer.json["result_description"])
        self.assertEqual(len(self.stand.receipts()), 1)
        allowed = self.assert_done(self.stand.post({**later, "AllowRepeat": True}))
        self.assertEqual(allowed["check_number"], 2)
        self.assertEqual(len(self.stand.receipts()), 2)

    def test_the_header_is_a_key_too(self):
        without = receipt("H-1")
        self.assert_done(self.stand.post(without, headers={"Idempotency-Key": "order-1"}))
        again = self.assert_done(self.stand.post(without, headers={"Idempotency-Key": "order-1"}))
        self.assertIs(again["repeated"], True)
        other = self.stand.post(receipt("H-2", 200), headers={"Idempotency-Key": "order-1"})
        self.assertEqual(other.status, 409, other)
        self.assertEqual(len(self.stand.receipts()), 1)

    def test_two_hundred_at_once_are_one_receipt(self):
        answers = together(200, lambda index: self.stand.post(RECEIPT))
        self.assertEqual(len(self.stand.receipts()), 1)
        fd = self.stand.receipts()[0]["fd"]
        for answer in answers:
            # One who came in the very moment it was done may be told to ask again.
            self.assertIn(answer.json["outcome"], ("done", "accepted"), answer)
            self.assertEqual(answer.json.get("fd", fd), fd)
        self.assertEqual(self.assert_done(self.stand.post(RECEIPT))["fd"], fd)

    def test_a_hundred_different_ones_at_once(self):
        answers = together(100, lambda index: self.stand.post(receipt(f"M-{index}", index + 1)))
        registered = {document["fd"]: document["total"] for document in self.stand.receipts()}
        self.assertEqual(len(registered), 100)
        for index, answer in enumerate(answers):
            self.assertEqual(registered[self.assert_done(answer)["fd"]], (index + 1) * 100)

    def test_stored_answers_survive_a_restart_and_a_new_configuration(self):
        first = self.assert_done(self.stand.post(RECEIPT))
        self.assertEqual(self.stand.stop(), 0)
        # Today the same receipt would be a violation: 18 % is no longer mapped.
        self.stand.configure(kkt={"legal": {"legacy_vat": "strict"}})
        self.start()
        if devices.OLD_RATE == 18:
            self.assertEqual(self.stand.post({**RECEIPT, "DocNumber": "new"}).status, 422)
        again = self.assert_done(self.stand.post(RECEIPT))
        self.assertEqual((again["fd"], again["repeated"]), (first["fd"], True))


class TestMode(Case):
    config = {"kkt": {"test_mode": True}}

    def test_nothing_is_registered(self):
        self.start()
        for number in ("T-1", "T-2"):
            answer = self.stand.post(receipt(number))
            self.assertEqual((answer.json["test_mode"], answer.json["check_number"]), (True, 0))
            self.assertIn("ТЕСТ, не фискальный", answer.json["result_description"])
        self.assertEqual(self.stand.receipts(), [])

    def test_it_never_answers_for_a_receipt(self):
        self.start()
        self.stand.post(receipt("T-1"))
        self.stand.stop()
        self.stand.configure()
        self.start()
        read = self.assert_done(self.stand.post(receipt("T-1")))
        self.assertFalse(read.get("repeated", False))
        self.assertEqual(read["check_number"], 1)

    def test_one_request_can_be_a_rehearsal(self):
        self.stand.configure()
        self.start()
        rehearsed = self.stand.post(receipt("T-1", test=True)).json
        self.assertEqual((rehearsed["test_mode"], rehearsed["check_number"]), (True, 0))
        self.assertEqual(self.stand.receipts(), [])
        self.assertEqual(self.assert_done(self.stand.post(receipt("T-1")))["check_number"], 1)


class SeveralKkt(Case):
    """Two shops with different INN on one kktd."""

    INNS = {"first": "7707083893", "second": "7736050003"}

    def setUp(self):
        super().setUp()
        self.files = [self.stand.folder / f"{name}.fn" for name in self.INNS]
        self.stand.configure(kkt=[
            self.stand.kkt(name, storage=file, inn=inn)
            for (name, inn), file in zip(self.INNS.items(), self.files)])

    def counted(self):
        return [len(self.stand.receipts(file)) for file in self.files]

    def test_the_request_chooses(self):
        self.start()
        self.assert_done(self.stand.post(receipt("K-1", Kkt="second")))
        self.assertEqual(self.counted(), [0, 1])
        self.assert_done(self.stand.post(receipt("K-2", Inn=self.INNS["first"])))
        self.assertEqual(self.counted(), [1, 1])
        # None, an unknown one, two that contradict each other: never "the first".
        for choice in ({}, {"Kkt": "third"}, {"Inn": "7701234560"},
                       {"Kkt": "first", "Inn": self.INNS["second"]}):
            self.assert_refused(self.stand.post(receipt("K-3", **choice)), 422)
        self.assertEqual(self.counted(), [1, 1])

    def test_the_same_number_of_two_shops_is_two_receipts(self):
        self.start()
        for name in self.INNS:
            done = self.assert_done(self.stand.post(receipt("SAME", Kkt=name)))
            self.assertFalse(done.get("repeated", False))
        self.assertEqual(self.counted(), [1, 1])

    def test_the_path_chooses(self):
        def change(folder):
            path = folder / "kktd/locations.conf"
            path.write_text(path.read_text(encoding="utf-8") + """
                location = /shop2/kkt {
                    rewrite ^ /kkt break;
                    include kktd/pass.conf;
                    fastcgi_param KKTD_KKT second;
                }
            """, encoding="utf-8")
        self.stand.start_nginx(change)
        self.start()
        self.assert_done(self.stand.post(receipt("P-1"), path="/shop2/kkt"))
        self.assertEqual(self.counted(), [0, 1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
