"""Every fault of a KKT and its link, at every command of a receipt, through nginx and kktd to
kktsim. The witness is kktsim's storage file: a receipt that is told done stands in it once, one
that is told refused does not, and when the fault ends nobody is left in doubt.

KKTD_MATRIX=full takes every command; without it those that decide. A cell tells how the first
attempt ended; that a receipt which was refused then goes through is tried besides. Through the vendor's driver
(fptr10) the commands are those which its library sends."""

import collections
import http.client
import json
import os
import statistics
import threading
import time
import unittest

import devices
from harness import Case, StartedCase, receipt, wait_until

SOON = {"kkt": {"retry_interval": 1}, "front": {"answer_deadline": 1}}
END_SECONDS = 40  # after the fault has ended
CLOSING_SECONDS = 5  # … where it took the answer to a closing
FAULT_SECONDS = 1  # a fault that does not end by itself is taken back then
READY_SECONDS = 20
REACHED_SECONDS = 8  # some pauses of a driver that asks again

# Commands in the order of a receipt; before it the closing and the opening of a shift. A445 reads a
# document back. ask is a question about a task, without a command.
OF_A_SHIFT = ["5A", "9A"]
COMMANDS = [*OF_A_SHIFT, "3F", "45", "56", "92", "E8", "EA", "EB", "99", "4A", "9133", "A430", "A445",
            "ask"]
DECISIVE = ["3F", "92", "EB", "4A", "ask"]

# What has to happen before, so that a command is sent.
EARLIER = {"5A": "shift_expired", "9A": "shift_expired", "56": "shift_expired",
           "ask": "after 4A lose_answer", "A445": "after 4A power_cycle"}

LINK_FAULTS = {
    "answer lost, not executed": "before {} lose_answer",
    "answer lost, executed": "after {} lose_answer",
    "connection broken, not executed": "before {} drop",
    "connection broken, executed": "after {} drop",
    "no connection for 2 s": "after {} refuse 2s",
    "half a packet": "after {} half_frame",
    "wrong CRC": "after {} wrong_crc",
    "stray bytes": "after {} stray_bytes",
    "wrong packet number": "after {} wrong_id",
}
# Faults of one moment: the next command finds all well.
MOMENTARY = {"lose_answer", "drop", "half_frame", "wrong_crc", "stray_bytes", "wrong_id",
             "power_cycle", "foreign_receipt"}
KKT_FAULTS = {
    "busy three times": "before {} busy 3",
    "slow by 3 s": "before {} slow 3s",
    "power cycle, not executed": "before {} power_cycle",
    "power cycle, executed": "after {} power_cycle",
    "paper out": "before {} paper out",
    "cover open": "before {} cover open",
    "fiscal storage broken": "before {} fn critical",
    "fiscal storage full": "before {} fn full",
    "fiscal storage expired": "before {} fn expired",
    "fiscal storage absent": "before {} fn absent",
    "shift of 24 hours": "before {} shift_expired",
    "clock an hour behind": "before {} clock_skew -3600s",
    "OFD silent for 31 days": "before {} ofd_days 31",
    "OFD takes nothing": "before {} ofd stuck",
    "a receipt of somebody else": "after {} foreign_receipt",
    "a cashier's receipt left open": "before {} foreign_open",
    "unknown error": "before {} error FE",
}
SHORT_OF_A_SHIFT = ["answer lost, executed", "connection broken, not executed"]

if devices.KIND == "fptr10":
    # Without those that the library does not send, and without ask: it would ask after 45 s, and
    # kktd has another process ask the fiscal storage before.
    COMMANDS = [*OF_A_SHIFT, "3F", "45", "92", "E8", "EA", "EB", "99", "4A", "9134", "A430"]
    DECISIVE = ["3F", "92", "EB", "4A"]
    # A shift may take long to print, so its lost answer is waited for for 60 s.
    END_SECONDS = 100
    SHORT_OF_A_SHIFT = ["connection broken, not executed"]


@unittest.skipUnless(devices.KIND in ("atol", "fptr10"), "needs kktsim: KKTD_E2E_DEVICE=atol")
class Matrix(Case):
    """Each cell: fault on, receipt, fault off, end. Counted by the receipt's own sum."""

    def setUp(self):
        super().setUp()
        self.stand.configure(**SOON)
        self.start()
        self.stand.post_until_done(receipt("BEGIN", 1))
        self.cells = collections.OrderedDict()
        self.closings = {}  # where the answer to one was lost: seconds
        self.sum = 1

    def tell(self, line):
        return self.stand.devices.tell(self.stand.storage, line)

    def made(self, rubles):
        return sum(document["total"] == rubles * 100 for document in self.stand.receipts())

    def reached(self):
        """Whether the fault happens: kktsim forgets a rule that has."""
        deadline = time.monotonic() + REACHED_SECONDS
        while self.tell("rules").strip() != "0":
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def outcome(self, receipt_id):
        """Of the receipt, if it has ended. To ask is no attempt: a POST would make a new one of a
        receipt that was refused."""
        answer = self.stand.get(f"/kkt/receipts/{receipt_id}").json
        return answer if answer["outcome"] in ("done", "refused", "unknown") else None

    def calm(self):
        """The fault ends, and who left a receipt open comes back."""
        self.stand.flip()
        self.tell("foreign_close")

    def first_end(self, body, line, command, number):
        """(its answer, seconds from the end of the fault to it, whether the fault happened)."""
        accepted = self.stand.post(body, headers={"Prefer": "respond-async"})
        self.assertEqual(accepted.status, 202, (number, accepted))
        receipt_id = accepted.json["id"]
        began = time.monotonic()
        reached = self.reached()
        happened = time.monotonic()
        self.assertTrue(reached or command not in DECISIVE, number)
        while not (end := self.outcome(receipt_id)) and time.monotonic() - began < FAULT_SECONDS:
            time.sleep(0.01)
        ended = calmed = time.monotonic()
        self.calm()
        if not end:
            def later():
                self.tell("foreign_close")  # it may have been opened after ours only
                return self.outcome(receipt_id)
            end = wait_until(later, END_SECONDS, f"{number}: {self.stand.read_log()[-3000:]}")
            ended = time.monotonic()
        # A fault of one moment has ended as it happened, others when they are taken back.
        since = happened if MOMENTARY & set(line.split()) else calmed
        return end, ended - since, reached

    def cell(self, fault, command, line):
        self.sum += 1
        rubles = self.sum
        number = f"{fault}/{command}"
        body = receipt(f"M-{rubles}", rubles)
        if command in EARLIER:
            self.tell(EARLIER[command])
        self.tell(line.format(command))
        answer, seconds, reached = self.first_end(body, line, command, number)
        outcome = answer["outcome"]
        told = f"{outcome} {seconds:.1f} s"
        self.assertNotEqual(outcome, "unknown", (number, answer))
        self.assertEqual(self.made(rubles), 1 if outcome == "done" else 0, (number, answer))
        if outcome == "refused":  # the KKT is well again: the same receipt goes through
            self.stand.post_until_done(body)
            self.assertEqual(self.made(rubles), 1, number)
            told += ", then done"
        self.cells.setdefault(fault, {})[command] = told if reached else "not reached"
        if line in LINK_FAULTS.values() and command in ("4A", "ask"):
            self.closings[number] = seconds
            self.assertLess(seconds, CLOSING_SECONDS, number)

    @staticmethod
    def commands_of(fault, faults):
        if os.environ.get("KKTD_MATRIX") == "full":
            commands = COMMANDS
        else:
            commands = DECISIVE + (OF_A_SHIFT if fault in SHORT_OF_A_SHIFT else [])
        # A question is no command: the KKT has nothing to do.
        return [one for one in commands if one != "ask" or faults is LINK_FAULTS]

    def sweep(self, faults):
        for fault, line in faults.items():
            for command in self.commands_of(fault, faults):
                with self.subTest(fault=fault, command=command):
                    self.cell(fault, command, line)
        fds = [document["fd"] for document in self.stand.documents()]
        self.assertEqual(fds, list(range(1, len(fds) + 1)))
        for rubles in range(2, self.sum + 1):  # nothing was made later, either
            self.assertEqual(self.made(rubles), 1, rubles)
        taken = {command for row in self.cells.values() for command in row}
        commands = [command for command in COMMANDS if command in taken]
        print("\n| fault | " + " | ".join(commands) + " |\n|" + " --- |" * (len(commands) + 1))
        for fault, row in self.cells.items():
            words = [row.get(command, "") for command in commands]
            print(f"| {fault} | " + " | ".join(words) + " |")
        print(f"{self.sum - 1} cells")
        if self.closings:
            slowest = max(self.closings, key=self.closings.get)
            print(f"an answer to a closing that was lost is resolved within "
                  f"{self.closings[slowest]:.1f} s of the link's return ({slowest})")

    def test_every_fault_of_the_link(self):
        self.sweep(LINK_FAULTS)

    def test_every_fault_of_the_kkt(self):
        self.sweep(KKT_FAULTS)

    def test_a_closing_whose_answer_was_lost_with_the_link(self):
        full = os.environ.get("KKTD_MATRIX") == "full"
        for gone in (2, 10, 20) if full else (2,):
            for when in ("before", "after"):
                with self.subTest(when=when, gone=gone):
                    self.closing_without_a_link(when, gone)

    def closing_without_a_link(self, when, gone):
        self.sum += 1
        rubles = self.sum
        self.tell(f"{when} 4A refuse {gone}s")
        receipt_id = self.stand.post(receipt(f"G-{rubles}", rubles),
                                     headers={"Prefer": "respond-async"}).json["id"]
        self.assertTrue(self.reached())
        back = time.monotonic() + gone
        wait_until(lambda: self.outcome(receipt_id), gone + END_SECONDS, f"{when}, {gone} s")
        seconds = time.monotonic() - back
        answer = self.outcome(receipt_id)
        self.assertEqual((answer["outcome"], self.made(rubles)), ("done", 1), answer)
        executed = "executed" if when == "after" else "not executed"
        print(f"no connection for {gone} s from the closing on, {executed}: done {seconds:.1f} s "
              "after its return")
        self.assertGreater(seconds, 0)
        self.assertLess(seconds, CLOSING_SECONDS)


class UnderWay(Case):
    """A receipt is under way."""

    SALE = 5000  # rubles; more than a receipt of somebody else in kktsim

    def setUp(self):
        super().setUp()
        self.configure()
        self.start()
        self.stand.post_until_done(receipt("BEGIN", 1))

    def configure(self, **kkt):
        self.stand.configure(kkt={"retry_interval": 1, **kkt}, front={"answer_deadline": 1})

    def tell(self, line):
        return self.stand.devices.tell(self.stand.storage, line)

    def happened(self):
        wait_until(lambda: self.tell("rules").strip() == "0", REACHED_SECONDS, "the fault")

    def commands(self, code):
        return json.loads(self.tell("stats"))["commands"].get(code, 0)

    def made(self):
        return sum(document["total"] == self.SALE * 100 for document in self.stand.receipts())


@unittest.skipUnless(devices.KIND in ("atol", "fptr10"), "needs kktsim: KKTD_E2E_DEVICE=atol")
class LeftOpen(UnderWay):
    """A receipt stands open when kktd or the KKT comes back."""

    def begin(self, fault):
        """A sale in which this happens."""
        self.tell(fault)
        self.stand.post(receipt("OURS", self.SALE), headers={"Prefer": "respond-async"})
        self.happened()
        self.cancelled = self.commands("59")

    def wait_long(self):
        self.stand.devices.LEFTOVER_SECONDS = 60  # however slow this machine is
        self.configure()

    def assert_done_after_the_cashier(self):
        wait_until(lambda: "чей он" in self.stand.status().text, END_SECONDS, "kktd waits")
        self.tell("foreign_close")
        self.assert_done(self.stand.post_until_done(receipt("OURS", self.SALE)))
        self.assertEqual(self.made(), 1)
        self.assertEqual(self.commands("59"), self.cancelled)
        self.assertEqual(len(self.stand.receipts()), 3)  # the cashier's is there too

    def test_a_receipt_of_ours_left_open_is_cancelled(self):
        self.begin("before EB slow 1s")
        self.stand.kill()
        self.start()
        self.assert_done(self.stand.post_until_done(receipt("OURS", self.SALE)))
        self.assertEqual(self.made(), 1)
        self.assertGreater(self.commands("59"), self.cancelled)

    def test_a_receipt_of_a_cashier_is_not(self):
        self.begin("before 92 lose_answer")
        self.stand.kill()
        self.tell("foreign_open")
        self.wait_long()
        self.start()
        self.assert_done_after_the_cashier()

    def test_nor_is_his_after_a_power_cut(self):
        self.wait_long()
        self.stand.restart()
        self.begin("before EB refuse 3s")
        self.tell("power_cycle")
        self.tell("foreign_open")
        self.assert_done_after_the_cashier()


@unittest.skipUnless(devices.KIND == "atol", "of the native driver: KKTD_E2E_DEVICE=atol")
class Recovery(UnderWay):
    """The KKT is not what it was."""

    def test_a_document_is_read_back_however_long_it_takes(self):
        self.configure(document_deadline=1)
        self.stand.restart()
        lines = 50
        goods = {f"Position_{n}": {"Name": f"Товар {n}", "Price": 1, "Quantity": 1, "Tax": 10,
                                   "PositionSumm": 1} for n in range(1, lines)}
        goods[f"Position_{lines}"] = {"Name": "Товар", "Price": self.SALE - lines + 1,
                                      "Quantity": 1, "Tax": 10,
                                      "PositionSumm": self.SALE - lines + 1}
        body = {"DocNumber": "LONG", "DocDate": "06.10.2017", "DocSumm": self.SALE, "Goods": goods}
        self.tell("before A446 every slow 50ms")
        self.tell("after 4A drop")
        self.assert_done(self.stand.post_until_done(body))
        self.assertEqual(self.made(), 1)

    def test_a_closing_of_the_shift_goes_on_with_new_paper(self):
        """Its document is made, its report stands half-printed; so does the sale."""
        self.tell("after 5A paper out")
        self.tell("shift_expired")
        self.stand.post(receipt("OURS", self.SALE), headers={"Prefer": "respond-async"})
        self.happened()
        wait_until(lambda: "ленту" in self.stand.status().text, END_SECONDS, "it says so")
        self.stand.restart()
        self.assertEqual(self.made(), 0)
        before = self.commands("EE")
        self.tell("paper ok")
        self.assert_done(self.stand.post_until_done(receipt("OURS", self.SALE)))
        self.assertEqual(self.made(), 1)
        self.assertGreater(self.commands("EE"), before)
        kinds = [document["kind"] for document in self.stand.documents()]
        self.assertEqual((kinds.count("shift_close"), kinds.count("shift_open")), (1, 2), kinds)

    def test_after_an_absent_attempt_the_kkt_is_asked_once_more(self):
        self.tell("before 4A lose_answer")
        self.tell("after 59 foreign_receipt")
        self.assert_done(self.stand.post_until_done(receipt("OURS", self.SALE)))
        self.assertEqual(self.stand.read_log().count("asking once more"), 1)
        self.assertEqual(self.made(), 1)
        self.assertEqual(len(self.stand.receipts()), 3)

    def test_a_kkt_stopped_for_its_rates_stays_so(self):
        codes = {"22": 7, "22/122": 12}  # 7 is 5 % to this firmware
        self.configure(vat_codes=codes)
        self.stand.restart()
        self.stand.post_until_done(receipt("WRONG", 100))
        waits = self.stand.post(receipt("NEXT", self.SALE))
        self.assertEqual(waits.status, 202)
        self.stand.restart()
        time.sleep(2)  # some looks at the KKT
        self.assertEqual(self.stand.post(receipt("NEXT", self.SALE)).status, 202)
        self.assertEqual(self.made(), 0)
        self.assertIn("accept-kkt", self.stand.status().text)
        code, output = self.stand.kktctl("accept-kkt", "main")
        self.assertEqual(code, 0, output)
        self.configure()
        self.stand.restart()
        self.assert_done(self.stand.post_until_done(receipt("NEXT", self.SALE)))
        self.assertEqual(self.made(), 1)

    def test_a_firmware_that_takes_no_internet_sale_is_stopped(self):
        self.configure(legal={"sale": "internet", "site": "https://shop.test"})
        self.stand.restart()
        self.tell("before E80101006504 every error 7A")  # tag 1125
        sale = {**receipt("OURS", self.SALE), "CustomerContact": "buyer@shop.test"}
        self.assertEqual(self.stand.post(sale).status, 202)
        self.assert_stopped()
        self.tell("clear")  # new firmware
        self.stand.restart()
        self.assert_stopped()
        self.assertEqual(self.stand.post(sale).status, 202)
        self.assertEqual(self.made(), 0)
        code, output = self.stand.kktctl("accept-kkt", "main")
        self.assertEqual(code, 0, output)
        self.assert_done(self.stand.post_until_done(sale))
        self.assertEqual(self.made(), 1)

    def assert_stopped(self):
        wait_until(lambda: "не приняла чек расчёта в интернете" in self.stand.status().text,
                   END_SECONDS, "status says why")


@unittest.skipUnless(devices.KIND == "atol", "of the native driver: KKTD_E2E_DEVICE=atol")
class Cost(StartedCase):
    """What a receipt of five positions costs on a KKT that takes no time."""

    POSITIONS = 5
    RECEIPTS = 20
    COMMANDS_AT_MOST = 80  # more would mean that something is asked again and again

    def commands(self):
        answer = self.stand.devices.tell(self.stand.storage, "stats")
        return json.loads(answer)["total"]

    def test_commands_of_a_receipt(self):
        def body(number):
            goods = {f"Position_{n}": {"Name": f"Товар {n}", "Price": 10 + n, "Quantity": 1, "Tax": 10,
                                       "PositionSumm": 10 + n}
                     for n in range(1, self.POSITIONS + 1)}
            total = sum(one["PositionSumm"] for one in goods.values())
            return {"DocNumber": f"C-{number}", "DocDate": "06.10.2017", "DocSumm": total,
                    "Goods": goods}
        self.stand.post_until_done(body(0))
        before, times = self.commands(), []
        for number in range(1, self.RECEIPTS + 1):
            began = time.monotonic()
            self.assert_done(self.stand.post(body(number)))
            times.append(time.monotonic() - began)
        each = (self.commands() - before) / self.RECEIPTS
        median = statistics.median(times)
        print(f"{self.POSITIONS} positions: {each:.1f} round trips, {median * 1000:.1f} ms a receipt "
              f"in the middle, {median / each * 1e6:.0f} µs for each round trip, kktd's own work "
              "and two or three syncs included")
        self.assertLessEqual(each, self.COMMANDS_AT_MOST)


@unittest.skipUnless(devices.KIND == "atol", "of the native driver: KKTD_E2E_DEVICE=atol")
class CheckedByTheDevice(Case):
    """"check": "device": a rehearsal that the KKT itself judges. kktsim's storage file stays as it
    was, and no receipt stays open on it."""

    CHECKED = {"kkt": {"check": "device"}}

    def begin(self, shift=True, **config):
        config["kkt"] = {**self.CHECKED["kkt"], **config.get("kkt", {})}
        self.stand.configure(**config)
        self.start()
        if shift:
            self.stand.post_until_done(self.plain("FIRST"))
        wait_until(lambda: self.stand.status().status == 200, READY_SECONDS, "sells")
        self.before = self.stand.documents()
        self.checks = 0

    @staticmethod
    def plain(number, rate=10, **more):
        """A rate whose code every firmware has."""
        body = receipt(number, **more)
        body["Goods"]["Position_1"]["Tax"] = rate
        return body

    def check(self, rate=10):
        self.checks += 1
        answer = self.stand.post(self.plain(f"C-{self.checks}", rate, test=True))
        self.assertEqual(answer.status, 200, answer)
        read = answer.json
        self.assertEqual((read["test_mode"], read["check_number"]), (True, 0))
        self.assertIn("ТЕСТ, не фискальный", read["result_description"])
        self.assertEqual(self.stand.documents(), self.before)
        return read

    def warned(self, read):
        return {warning["code"]: warning["text"] for warning in read["warnings"]}

    def sells_on(self):
        """Nothing stands open, and nobody's number was taken."""
        done = self.assert_done(self.stand.post(self.plain("NEXT")))
        self.assertEqual(done["fd"], len(self.before) + 1 if self.before else 2)
        self.assertEqual(done["check_number"], len(self.stand.receipts()))

    def test_a_good_receipt(self):
        self.begin()
        for _ in range(3):
            read = self.check(22)
            self.assertEqual((read["result_code"], read["error"]), (340, "would_register"))
            self.assertIn("ККТ сама проверила чек", self.warned(read)["kkt_checked"])
        self.sells_on()

    def test_a_rate_that_the_device_does_not_take(self):
        self.begin(device={"vat-codes": "1-6"})
        read = self.check(22)
        self.assertEqual((read["result_code"], read["error"]), (342, "would_refuse"))
        self.assertEqual(read["device_code"], 0x0104)
        self.assertTrue(read["device_description"])
        self.assertIn("позиция 1", read["result_description"])
        self.assertEqual(self.check(10)["result_code"], 340)
        self.sells_on()

    def test_not_in_a_closed_shift(self):
        self.begin(shift=False)
        read = self.check()
        self.assertEqual(read["result_code"], 340)
        self.assertIn("Смена закрыта", self.warned(read)["kkt_not_asked"])
        self.sells_on()

    def test_whole_kkt_in_test_mode(self):
        self.begin()
        self.stand.stop()
        self.stand.configure(kkt={**self.CHECKED["kkt"], "test_mode": True})
        self.start()
        wait_until(lambda: self.stand.status().status == 200, READY_SECONDS, "sells")
        self.assertIn("kkt_checked", self.warned(self.check()))

    def test_killed_in_the_middle(self):
        self.begin()
        self.stand.devices.tell(self.stand.storage, "before EB #2 slow 2s")
        asked = threading.Thread(target=self.ask_in_vain)
        asked.start()
        wait_until(lambda: self.stand.devices.tell(self.stand.storage, "rules").strip() == "0",
                   READY_SECONDS, "a position is being checked")
        self.stand.kill()
        asked.join()
        self.stand.kktd.end()
        self.start()
        self.stand.post_until_done(self.plain("NEXT"))
        self.assertEqual(len(self.stand.documents()), len(self.before) + 1)
        self.assertIn("documents to ask the KKT about: 1", self.stand.read_log())

    def ask_in_vain(self):
        try:
            self.stand.post(self.plain("C-0", test=True))
        except (OSError, http.client.HTTPException):
            pass

    def test_only_where_it_can_be(self):
        self.begin()
        self.stand.stop()
        self.stand.config_file.write_text(self.stand.config_file.read_text(encoding="utf-8").replace(
            self.stand.devices.uri_of(self.stand.devices.running[self.stand.storage][2]),
            "fptr10+tcp://127.0.0.1:5555"), encoding="utf-8")
        self.stand.launch()
        self.assertEqual(self.stand.kktd.wait(), 78, self.stand.read_log())
        self.assertIn("kkt[0].check: must be", self.stand.read_log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
