"""SIGKILL of kktd-fptr10 at each command that the vendor's library sends, before and after the KKT
executes it. The witness is kktsim's storage file: each receipt stands in it exactly once."""

import os
import pathlib
import signal
import threading
import time
import unittest

import devices
import harness
from harness import Case, receipt, wait_until

SOON = {"kkt": {"retry_interval": 1}, "front": {"answer_deadline": 1}}
MOST_COMMANDS = 200  # a receipt takes far fewer; more would mean that the sweep never ends
DONE_SECONDS = 60
RESOLVED_SECONDS = 5  # after the link is back
LEAST_KILLS = 40  # of a receipt's commands
SLOW_SECONDS = 2  # so long the command is at work, that the child is killed meanwhile


@unittest.skipUnless(devices.KIND == "fptr10", "of the vendor's library: KKTD_E2E_DEVICE=fptr10")
class ChildKilled(Case):
    def setUp(self):
        super().setUp()
        self.stand.configure(**SOON)
        self.kills = 0

    def tell(self, line):
        return self.stand.devices.tell(self.stand.storage, line).strip()

    def child(self):
        """Its process id, or None."""
        kktd = self.stand.kktd.pid
        for task in pathlib.Path(f"/proc/{kktd}/task").iterdir():
            for pid in (task / "children").read_text().split():
                return int(pid)
        return None

    def killed_at(self, rule, body):
        """A receipt, and its child killed when the rule happens; False if it did not happen."""
        self.tell(rule)
        caller = threading.Thread(target=self.stand.post_until_done, args=(body,),
                                  kwargs={"seconds": DONE_SECONDS})
        caller.start()
        while caller.is_alive() and self.tell("rules") != "0":
            time.sleep(0.005)
        happened = self.tell("rules") == "0"
        pid = self.child() if happened else None
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self.kills += 1
        self.tell("clear")
        caller.join()
        return happened

    def made(self, rubles):
        return sum(document["total"] == rubles * 100 for document in self.stand.receipts())

    def sweep(self, moment):
        """The numbers of commands of a receipt at which the child was killed."""
        self.start()
        self.stand.post_until_done(receipt("BEGIN", 1))
        for number in range(1, MOST_COMMANDS):
            rubles = number + 1
            body = receipt(f"CHILD-{number}", rubles)
            happened = self.killed_at(f"{moment} any #{number} slow {SLOW_SECONDS}s", body)
            self.stand.post_until_done(body)
            self.assertEqual(self.made(rubles), 1, f"killed {moment} command {number}")
            if not happened:
                fds = [document["fd"] for document in self.stand.documents()]
                self.assertEqual(fds, list(range(1, len(fds) + 1)))
                for sold in range(1, rubles + 1):  # nothing was made later, either
                    self.assertEqual(self.made(sold), 1, sold)
                self.assertGreaterEqual(self.kills, LEAST_KILLS)
                print(f"{self.kills} kills {moment} {number - 1} commands; 0 lost, 0 doubled")
                return
        self.fail("the sweep does not end")

    def test_killed_before_each_command(self):
        self.sweep("before")

    def test_killed_after_each_command(self):
        self.sweep("after")

    def test_a_kkt_that_freezes_while_it_closes(self):
        """Nobody tells of it: the link stays, the closing is still in it when the child is killed,
        and is executed when the KKT comes back."""
        self.start()
        self.stand.post_until_done(receipt("BEGIN", 1))
        kktsim = self.stand.devices.running[self.stand.storage][0]
        for rubles, (moment, seconds) in enumerate(
                ((moment, seconds) for moment in ("before", "after") for seconds in (3, 10)), 2):
            body = receipt(f"FROZEN-{rubles}", rubles)
            self.tell(f"{moment} 4A slow 500ms")
            self.stand.post(body, headers={"Prefer": "respond-async"})
            wait_until(lambda: self.tell("rules") == "0", DONE_SECONDS, "it closes")
            kktsim.signal(signal.SIGSTOP)
            try:
                time.sleep(seconds)
            finally:
                kktsim.signal(signal.SIGCONT)
            back = time.monotonic()
            self.stand.post_until_done(body)
            self.assertLess(time.monotonic() - back, RESOLVED_SECONDS)
            self.assertEqual(self.made(rubles), 1, (moment, seconds))

    @unittest.skipUnless(harness.has_fault_points(), "needs -Dfault_points=true")
    def test_without_recovery_a_receipt_is_doubled(self):
        """The proof that the two tests above can fail."""
        self.start({"KKTD_NO_RECOVERY": "1"})
        self.stand.post_until_done(receipt("BEGIN", 1))
        self.assertTrue(self.killed_at(f"after 4A slow {SLOW_SECONDS}s", receipt("BITE", 2)))
        wait_until(lambda: self.made(2) == 2, DONE_SECONDS, "the receipt is doubled")


if __name__ == "__main__":
    unittest.main(verbosity=2)
