"""kktd as a service: starting, stopping, restarting, a second one, socket activation, configuration."""

import signal
import socket
import threading
import time
import unittest

from harness import (BUILD, TOP, Case, Process, RECEIPT, StartedCase, receipt, run,
                     wait_until)

SLOW = {"device": {"latency_ms": 1500}}


class Stop(Case):
    config = SLOW

    def post_in_background(self, body):
        """Posts from another thread; the answer (or the error) is in the list afterwards."""
        answers = []

        def work():
            try:
                answers.append(self.stand.post(body))
            except Exception as error:  # pylint: disable=broad-except  # the test looks at it
                answers.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        return thread, answers

    def wait_until_at_work(self):
        wait_until(lambda: self.stand.status().json["kkt"][0].get("working"), 10, "at work")

    def test_sigterm_finishes_the_receipt_at_work(self):
        self.start()
        thread, answers = self.post_in_background(receipt("S-1"))
        self.wait_until_at_work()
        self.stand.kktd.signal(signal.SIGTERM)
        self.assertEqual(self.stand.kktd.wait(), 0)
        thread.join()
        # Told at once: either that it is accepted, or how it ended.
        self.assertIn(answers[0].json["outcome"], ("accepted", "done"), answers[0])
        # Never in the middle of a receipt: it is there, and after the start it is answered for.
        self.assertEqual(len(self.stand.receipts()), 1)
        self.start()
        done = self.stand.post_until_done(receipt("S-1")).json
        self.assertEqual(done["fd"], self.stand.receipts()[0]["fd"])
        self.assertEqual(len(self.stand.receipts()), 1)

    def test_sigterm_with_a_queue(self):
        self.start()
        running = [self.post_in_background(receipt(f"Q-{number}", number + 1))
                   for number in range(5)]
        self.wait_until_at_work()
        started = time.monotonic()
        self.assertEqual(self.stand.stop(), 0)
        self.assertLess(time.monotonic() - started, 10)
        for thread, answers in running:
            thread.join()
            # Accepted, done, or – if it came too late – not taken at all; never lost in between.
            self.assertIn(answers[0].json["outcome"], ("accepted", "done", "refused", "unknown"))
        self.start()
        for number in range(5):
            self.stand.post_until_done(receipt(f"Q-{number}", number + 1))
        self.assertEqual(sorted(d["total"] for d in self.stand.receipts()),
                         [100, 200, 300, 400, 500])

    def test_sigkill_with_a_receipt_at_work(self):
        self.start()
        thread, answers = self.post_in_background(receipt("K-1"))
        self.wait_until_at_work()
        self.stand.kill()
        thread.join()
        # nginx answers for the dead: unknown, repeat with the same number.
        self.assertEqual((answers[0].status, answers[0].json["outcome"], answers[0].json["retry"]),
                         (502, "unknown", "same"))
        self.start()
        self.stand.post_until_done(receipt("K-1"))
        self.assertEqual(len(self.stand.receipts()), 1)


class Instances(StartedCase):
    def test_second_worker_is_refused(self):
        code, printed = run("spawn-fcgi", "-n", "-s", self.stand.folder / "second.sock", "--",
                            *self.stand.command())
        lines = printed.strip().splitlines()
        self.assertEqual((code, len(lines)), (75, 1), printed)
        self.assertIn(str(self.stand.state), lines[0])
        self.assert_done(self.stand.post(RECEIPT))

    def test_the_state_folder_is_private(self):
        self.assert_done(self.stand.post(RECEIPT))
        self.assertEqual(self.stand.state.stat().st_mode & 0o777, 0o700)
        control = self.stand.state / "control.sock"
        self.assertEqual(control.stat().st_mode & 0o777, 0o600)


class Command(Case):
    """kktd called with what is no service."""

    def assert_ends(self, code, *words):
        """What it printed."""
        ended, printed = run(*words)
        self.assertEqual(ended, code, printed)
        return printed

    def test_without_spawn_fcgi(self):
        self.assertIn("spawn-fcgi", self.assert_ends(64, *self.stand.command()))

    def test_bad_configuration(self):
        self.stand.config_file.write_text('{"state_dir": "/tmp/x",\n "kkt": [],\n "colour": 1}')
        for words in ((), ("--check-config",)):
            printed = self.assert_ends(78, *self.stand.command(), *words)
            self.assertIn(f"{self.stand.config_file}:3", printed)
            self.assertIn("colour", printed)

    def test_check_and_print_config(self):
        self.assert_ends(0, *self.stand.command(), "--check-config")
        self.assertIn("state_dir", self.assert_ends(0, *self.stand.command(), "--print-config"))

    def test_the_shipped_configuration_is_valid(self):
        self.assert_ends(0, BUILD / "src/kktd", "--config", TOP / "deploy/kktd.json",
                         "--check-config")

    def test_unknown_option(self):
        self.assert_ends(64, BUILD / "src/kktd", "--no-such-option")


class Ready(Case):
    def notified(self):
        """A socket that gets what kktd tells systemd, and the variable that tells kktd so."""
        path = self.stand.folder / "notify.sock"
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(notify.close)
        notify.bind(str(path))
        notify.settimeout(30)
        return notify, {"NOTIFY_SOCKET": str(path)}

    def test_it_says_when_it_is_ready_and_when_it_stops(self):
        """What Type=notify and the watchdog of the systemd service live on."""
        notify, env = self.notified()
        self.stand.start_nginx()
        self.stand.launch({**env, "WATCHDOG_USEC": "200000"})

        def wait_for(word):
            while word not in notify.recv(4096).decode():
                pass
        wait_for("READY=1")
        self.assertTrue(self.stand.answers())
        wait_for("WATCHDOG=1")
        self.stand.kktd.signal(signal.SIGTERM)
        wait_for("STOPPING=1")
        self.assertEqual(self.stand.kktd.wait(), 0)

    def test_reload_is_no_stop(self):
        """systemd kills a service that says STOPPING and goes on."""
        notify, env = self.notified()
        self.start(env)
        pid = self.stand.kktd.pid
        self.assertEqual(self.stand.post({**receipt("H-1"), "Kkt": "other"}).status, 422)
        self.stand.configure(kkt={"id": "other"})
        self.stand.kktd.signal(signal.SIGHUP)
        said = ""
        while said.count("READY=1") < 2:
            said += notify.recv(4096).decode() + "\n"
        self.assertNotIn("STOPPING=1", said)
        self.assertIn("RELOADING=1", said)
        self.assertEqual((self.stand.kktd.running(), self.stand.kktd.pid), (True, pid))
        self.assert_done(self.stand.post({**receipt("H-1"), "Kkt": "other"}))

    def test_a_bad_configuration_is_not_taken(self):
        self.start()
        self.stand.config_file.write_text("{")
        self.stand.kktd.signal(signal.SIGHUP)
        wait_until(lambda: "not taken" in self.stand.read_log(), 10, "the log line")
        self.assert_done(self.stand.post(receipt("H-2")))

    def test_logs_are_reopened(self):
        log = self.stand.folder / "receipts.log"
        self.stand.configure(log={"file": str(log)})
        self.start()
        self.assert_done(self.stand.post(receipt("LOG-1", CustomerContact="+79161234567"),
                                         headers={"Idempotency-Key": "LOG-KEY"}))
        wait_until(lambda: log.exists() and "LOG-1" in log.read_text(), 10, "the log line")
        # One line tells who, how much, what became of it, and where the time went.
        self.assertRegex(log.read_text(),
                         r"receipt [0-9A-Z]{26} req \S+ sell number LOG-1 of 2017-10-06 "
                         r"key LOG-KEY sum \d+\.\d\d done fd \d+ shift \d+/\d+ "
                         r"claim [\d.]+ ms queue [\d.]+ ms intent [\d.]+ ms "
                         r"device [\d.]+ ms outcome [\d.]+ ms\n")
        log.rename(f"{log}.1")
        self.stand.kktd.signal(signal.SIGUSR1)
        wait_until(log.exists, 10, "the new log file")
        self.assert_done(self.stand.post(receipt("LOG-2")))
        wait_until(lambda: "LOG-2" in log.read_text(), 10, "the log line")
        whole = self.stand.read_log() + log.read_text() + log.with_name("receipts.log.1").read_text()
        self.assertNotIn("9161234567", whole, "a buyer's contact in the log")


class SocketActivated(Case):
    """The listening socket on fd 0, held by somebody else, as systemd does it."""

    def setUp(self):
        super().setUp()
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.listener.bind(str(self.stand.socket))
        self.listener.listen(1024)
        self.stand.launch = self.launch
        self.start()

    def launch(self, env=None):
        self.stand.kktd = Process(self.stand.command(), self.stand.log, env, stdin=self.listener)

    def test_requests_wait_through_a_restart(self):
        answers = {}

        def call(caller):
            for index in range(10):
                body = receipt(f"A-{caller}-{index}", caller * 100 + index + 1)
                answers[body["DocNumber"]] = self.stand.post(body)

        callers = [threading.Thread(target=call, args=(index,)) for index in range(4)]
        for caller in callers:
            caller.start()
        for _ in range(3):
            self.assertEqual(self.stand.stop(), 0)
            self.start()
        for caller in callers:
            caller.join()
        self.assertEqual(len(answers), 40)
        for number, answer in answers.items():
            # Not one was refused or met a closed door.
            self.assertIn(answer.json["outcome"], ("done", "accepted"), f"{number} {answer}")
        wait_until(lambda: len(self.stand.receipts()) == 40, 30, "all registered")


if __name__ == "__main__":
    unittest.main(verbosity=2)
