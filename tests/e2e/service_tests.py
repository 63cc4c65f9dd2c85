"""kktd as a service: starting, stopping, restarting, a second one, socket activation, configuration."""

import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import harness
from harness import BUILD, Case, Process, RECEIPT, Stand, receipt, wait_until

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

    def test_sigterm_finishes_the_receipt_at_work(self):
        self.start()
        thread, answers = self.post_in_background(receipt("S-1"))
        wait_until(lambda: "working" in self.stand.status().text
                   and self.stand.status().json["kkt"][0].get("working"), 10, "at work")
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
        wait_until(lambda: "working" in self.stand.status().text
                   and self.stand.status().json["kkt"][0].get("working"), 10, "at work")
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
        wait_until(lambda: "working" in self.stand.status().text
                   and self.stand.status().json["kkt"][0].get("working"), 10, "at work")
        self.stand.kill()
        thread.join()
        # nginx answers for the dead: unknown, repeat with the same number.
        self.assertEqual((answers[0].status, answers[0].json["outcome"], answers[0].json["retry"]),
                         (502, "unknown", "same"))
        self.start()
        self.stand.post_until_done(receipt("K-1"))
        self.assertEqual(len(self.stand.receipts()), 1)


class Instances(Case):
    def test_second_worker_is_refused(self):
        self.start()
        second = subprocess.run(
            ["spawn-fcgi", "-n", "-s", self.stand.folder / "second.sock", "--",
             *self.stand.command()], env={**os.environ, "PATH": harness.PATH},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
            check=False)
        lines = second.stdout.decode().strip().splitlines()
        self.assertEqual((second.returncode, len(lines)), (75, 1), second.stdout)
        self.assertIn(str(self.stand.state), lines[0])
        self.assert_done(self.stand.post(RECEIPT))

    def test_the_state_folder_is_private(self):
        self.start()
        self.assert_done(self.stand.post(RECEIPT))
        self.assertEqual(self.stand.state.stat().st_mode & 0o777, 0o700)
        control = self.stand.state / "control.sock"
        self.assertEqual(control.stat().st_mode & 0o777, 0o600)

    def test_without_spawn_fcgi(self):
        done = subprocess.run([str(word) for word in self.stand.command()],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        self.assertEqual(done.returncode, 64)
        self.assertIn(b"spawn-fcgi", done.stdout)

    def test_bad_configuration(self):
        self.stand.config_file.write_text('{"state_dir": "/tmp/x",\n "kkt": [],\n "colour": 1}')
        for words in (self.stand.command(), [*self.stand.command(), "--check-config"]):
            done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                                  check=False)
            self.assertEqual(done.returncode, 78, done.stdout)
            self.assertIn(f"{self.stand.config_file}:3", done.stdout.decode())
            self.assertIn(b"colour", done.stdout)

    def test_check_and_print_config(self):
        for words in (["--check-config"], ["--print-config"]):
            done = subprocess.run([str(word) for word in (*self.stand.command(), *words)],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"state_dir", done.stdout)

    def test_the_shipped_configuration_is_valid(self):
        done = subprocess.run([BUILD / "src/kktd", "--config", harness.TOP / "deploy/kktd.json",
                               "--check-config"], stdin=subprocess.DEVNULL, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_unknown_option(self):
        done = subprocess.run([BUILD / "src/kktd", "--no-such-option"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 64, done.stdout)


class Ready(Case):
    def test_it_says_when_it_is_ready_and_when_it_stops(self):
        """What Type=notify and the watchdog of the systemd service live on."""
        path = self.stand.folder / "notify.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            notify.settimeout(30)
            self.stand.start_nginx()
            self.stand.launch({"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "200000"})

            def wait_for(word):
                while word not in (text := notify.recv(4096).decode()):
                    pass
                return text
            wait_for("READY=1")
            self.assertTrue(self.stand.answers())
            wait_for("WATCHDOG=1")
            self.stand.kktd.signal(signal.SIGTERM)
            wait_for("STOPPING=1")
        self.assertEqual(self.stand.kktd.wait(), 0)

    def test_reload_is_no_stop(self):
        """systemd kills a service that says STOPPING and goes on."""
        path = self.stand.folder / "notify.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            notify.settimeout(30)
            self.start({"NOTIFY_SOCKET": str(path)})
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
        self.assert_done(self.stand.post(receipt("LOG-1", CustomerContact="+79161234567")))
        wait_until(lambda: log.exists() and "LOG-1" in log.read_text(), 10, "the log line")
        log.rename(f"{log}.1")
        self.stand.kktd.signal(signal.SIGUSR1)
        wait_until(log.exists, 10, "the new log file")
        self.assert_done(self.stand.post(receipt("LOG-2")))
        wait_until(lambda: "LOG-2" in log.read_text(), 10, "the log line")
        whole = self.stand.read_log() + log.read_text() + log.with_name("receipts.log.1").read_text()
        self.assertNotIn("9161234567", whole, "a buyer's contact in the log")


class SocketActivated(unittest.TestCase):
    """The listening socket on fd 0, held by somebody else, as systemd does it."""

    def setUp(self):
        self.stand = Stand()
        self.addCleanup(self.stand.close)
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.listener.bind(str(self.stand.socket))
        self.listener.listen(1024)
        self.stand.launch = self.launch
        self.assertTrue(self.stand.start(), self.stand.read_log())

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
            self.assertTrue(self.stand.start(), self.stand.read_log())
        for caller in callers:
            caller.join()
        self.assertEqual(len(answers), 40)
        for number, answer in answers.items():
            # Not one was refused or met a closed door.
            self.assertIn(answer.json["outcome"], ("done", "accepted"), f"{number} {answer}")
        wait_until(lambda: len(self.stand.receipts()) == 40, 30, "all registered")


if __name__ == "__main__":
    unittest.main(verbosity=2)
