"""SIGKILL wherever it hurts. The witness is the storage file of the test KKT, which kktd cannot talk
its way around: whatever was killed, each receipt stands in it exactly once. Needs a build with
-Dfault_points=true."""

import collections
import contextlib
import http.client
import signal
import sqlite3
import threading
import time
import unittest

import harness
from harness import Case, StartedCase, receipt

READY_SECONDS = 20
AT_REST_SECONDS = 0.05  # from the first look at the KKT until the executor waits for work
MAX_POINTS = 200  # a receipt passes far fewer; more would mean that the sweep never ends


def post_once(stand, body):
    """The answer, or None if the connection broke."""
    try:
        return stand.post(body)
    except (OSError, http.client.HTTPException):
        return None


def assert_journal_sound(case):
    """Nothing in the journal refers to what is not there; SQLite does not see to it by itself."""
    path = case.stand.state / "journal.db"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal:
        case.assertEqual(journal.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        case.assertEqual(journal.execute("PRAGMA foreign_key_check").fetchall(), [])


@unittest.skipUnless(harness.has_fault_points(), "needs -Dfault_points=true")
class Sweep(Case):
    def scenario(self, kill_at, body, env=None, kill_again=False, idle=False):
        """A receipt at a new KKT, or at one that stands idle with its shift open; kktd killed at its
        fault point number `kill_at`; then what every caller does. False if kktd was not killed:
        there are no more points."""
        stand = self.stand
        stand.fresh()
        self.made_before = 0
        if idle:
            self.start()
            stand.post_until_done(receipt(f"BEFORE-{kill_at}"))
            self.assertEqual(stand.stop(), 0)
            self.made_before = 1
        trace = stand.folder / "trace"
        trace.unlink(missing_ok=True)
        first = None
        if stand.start({"KKTD_KILL_AT": str(kill_at), "KKTD_KILL_TRACE": str(trace)}):
            if idle:
                harness.wait_until(lambda: stand.status().status == 200, READY_SECONDS, "sells")
                time.sleep(AT_REST_SECONDS)
            first = post_once(stand, body)
        survived = stand.kktd.running() and first is not None and first.json["outcome"] == "done"
        if survived:
            survived = stand.stop() == 0
        else:
            self.assertEqual(stand.kktd.wait(), -signal.SIGKILL, stand.read_log())
        self.point = trace.read_text().split()[-1] if trace.exists() else "start"

        again = 1
        while kill_again and not survived and again <= MAX_POINTS:
            # Killed in the recovery too, a little later each time.
            if stand.start({"KKTD_KILL_AT": str(again), **(env or {})}):
                answer = post_once(stand, body)
                if answer is not None and answer.json["outcome"] == "done":
                    stand.kill()
                    break
            stand.kktd.end()
            again += 1
        self.assertLess(again, MAX_POINTS)

        self.start(env)
        done = stand.post_until_done(body).json
        if first is not None and first.json["outcome"] == "done":
            self.assertEqual(first.json["fd"], done["fd"], "a done answer was forgotten")
        self.assertEqual(stand.stop(), 0)
        assert_journal_sound(self)
        self.registered = stand.receipts()
        self.assertIn(done["fd"], [document["fd"] for document in self.registered])
        return not survived

    def assert_exactly_once(self):
        where = f"killed at {self.point}"
        self.assertEqual(len(self.registered), self.made_before + 1, where)
        documents = self.stand.documents()
        fds = [document["fd"] for document in documents]
        self.assertEqual(fds, list(range(1, len(fds) + 1)), where)
        kinds = collections.Counter(document["kind"] for document in documents)
        self.assertEqual(kinds["shift_open"], 1, where)

    def sweep(self, **options):
        """Runs the scenario for each fault point; the names of the points."""
        points = []
        for kill_at in range(1, MAX_POINTS):
            if not self.scenario(kill_at, receipt(f"SWEEP-{kill_at}", kill_at), **options):
                return points
            points.append(self.point)
            self.assert_exactly_once()
        self.fail("the sweep does not end")

    def test_killed_at_every_point(self):
        points = self.sweep()
        # The sweep went through the whole life of a receipt.
        for name in ("engine.claim.before", "engine.intent.before", "engine.perform.before",
                     "engine.perform.after", "engine.outcome.before"):
            self.assertIn(name, points)
        print(f"killed at {len(points)} points: {' '.join(points)}; 0 lost, 0 doubled")

    def test_killed_again_in_the_recovery(self):
        self.sweep(kill_again=True)

    def test_killed_at_every_point_of_an_idle_kkt(self):
        """There the claim and the intent of a receipt are written together."""
        points = self.sweep(idle=True)
        together = points.index("journal.claim.before_commit")
        self.assertEqual(points[together + 1], "journal.intent.before_commit", points)
        print(f"idle KKT: killed at {len(points)} points: {' '.join(points)}; 0 lost, 0 doubled")

    def test_without_recovery_the_sweep_finds_doubles(self):
        """The proof that the two tests above can fail: what the recovery finds is not heeded."""
        doubled = []
        for idle in (False, True):
            for kill_at in range(1, MAX_POINTS):
                if not self.scenario(kill_at, receipt(f"BITE-{kill_at}"),
                                     {"KKTD_NO_RECOVERY": "1"}, idle=idle):
                    break
                if len(self.registered) > self.made_before + 1:
                    doubled.append(("idle:" if idle else "") + self.point)
            self.assertTrue(doubled, "recovery is off, and nothing was doubled")
        self.assertTrue(any(point.startswith("idle:") for point in doubled), doubled)
        print(f"without recovery: doubled when killed at {' '.join(doubled)}")


class Storm(StartedCase):
    """Many callers, kills at no chosen moment."""

    # A KKT that takes its time, so that kills find it at work.
    config = {"device": {"latency_ms": 10}}
    CALLERS = 8
    RECEIPTS = 12
    KILLS = 6

    def test_every_receipt_exactly_once(self):
        stand = self.stand
        answers = {}
        left = threading.Semaphore(0)

        def call(caller):
            for index in range(self.RECEIPTS):
                number = f"STORM-{caller}-{index}"
                body = receipt(number, caller * 100 + index + 1)
                answers[number] = (stand.post_until_done(body, seconds=120).json, body)
                left.release()

        callers = [threading.Thread(target=call, args=(index,)) for index in range(self.CALLERS)]
        for caller in callers:
            caller.start()
        for _ in range(self.KILLS):
            for _ in range(self.CALLERS * self.RECEIPTS // (self.KILLS + 2)):
                self.assertTrue(left.acquire(timeout=120), "no receipt was done in time")
            stand.kill()
            self.start()
        for caller in callers:
            caller.join()
        self.assertEqual(stand.stop(), 0)
        assert_journal_sound(self)

        registered = {document["fd"]: document for document in stand.receipts()}
        self.assertEqual(len(answers), self.CALLERS * self.RECEIPTS)
        self.assertEqual(len(registered), len(answers), "a receipt was doubled or lost")
        for number, (read, body) in answers.items():
            self.assertEqual(registered[read["fd"]]["total"], body["DocSumm"] * 100, number)


if __name__ == "__main__":
    unittest.main(verbosity=2)
