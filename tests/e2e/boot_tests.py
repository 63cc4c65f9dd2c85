"""The systemd units under a real systemd (booted.py), installed as docs/quickstart.md says: they
start shut in, sell through nginx, are restarted and stopped, and no call kktd needs is forbidden."""

import collections
import json
import os
import pathlib
import shutil
import signal
import threading
import time
import unittest

import devices
from booted import Machine, quickstart_commands
from harness import BUILD, receipt, receipts, wait_until

SECONDS = 30.0
STORAGE = "var/lib/kktd/test-kkt.fn"  # of deploy/kktd.json
INSTALL = ("kktd.sysusers", "kktd.json", "deploy/nginx/kktd")  # blocks of the quickstart


class Service:
    """kktd.service; a subclass says in which of its two variants."""

    more = ()  # further blocks

    @classmethod
    def setUpClass(cls):
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.close)
        for word in (*INSTALL, *cls.more):
            cls.machine.follow(quickstart_commands(word))
        told = cls.machine.run("journalctl", "--quiet", "--priority=warning")
        # A checkout below /tmp is mounted there, so the machine cannot empty it.
        cls.complaints = "".join(line for line in told.splitlines(keepends=True)
                                 if "rm_rf(/tmp): Directory not empty" not in line)

    def setUp(self):
        self.client = self.machine.client
        wait_until(lambda: self.client.get("/kkt/status").status == 200, SECONDS, "it sells")

    # ---- helpers -------------------------------------------------------------------------------
    def state(self, *keys):
        return self.machine.show("kktd.service", *keys)

    def processes(self):
        """Of the service: (process id out here, lines of its status)."""
        for task in self.machine.cgroup.path.glob("**/kktd.service/cgroup.procs"):
            for pid in task.read_text().split():
                try:
                    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
                except OSError:
                    continue  # it has ended meanwhile
                yield int(pid), dict(line.split(":\t", 1) for line in text.splitlines()
                                     if ":\t" in line)

    def main_pid(self):
        """Out here; systemd tells the number it has inside."""
        inside = self.state("MainPID")["MainPID"]
        return next((pid for pid, said in self.processes() if said["NSpid"].split()[-1] == inside),
                    None)

    def assert_shut_in(self, said, name):
        self.assertEqual((said["Name"], said["Seccomp"], said["NoNewPrivs"]), (name, "2", "1"))
        for capabilities in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
            self.assertEqual(int(said[capabilities], 16), 0, capabilities)
        self.assertNotEqual(said["Uid"].split()[1], "0")

    def sell(self, number, rubles=100):
        answer = self.client.post(receipt(number, rubles))
        self.assertEqual(answer.json["outcome"], "done", f"{answer}\n{self.machine.journal()}")
        return answer.json

    def registered(self):
        return receipts(self.machine.root / STORAGE)

    def restart(self):
        self.machine.run("systemctl", "reset-failed", "kktd.service")
        self.machine.run("systemctl", "restart", "kktd.service")

    def with_settings(self, text):
        """Other settings from the next start on, for this test only."""
        def take_back():
            self.machine.drop_in("kktd.service", "")
            self.restart()
        self.addCleanup(take_back)
        self.machine.drop_in("kktd.service", text)

    def end_of_service(self):
        """How it ended, once systemd has given it up."""
        def over():
            state = self.state("ActiveState", "Result", "ExecMainStatus", "NRestarts")
            return state["ActiveState"] in ("inactive", "failed") and state
        return wait_until(over, SECONDS, "the service is over")

    # ---- tests ---------------------------------------------------------------------------------
    def test_nothing_to_complain_of(self):
        """Nor anything of the units that this systemd or kernel could not do."""
        self.assertEqual(self.complaints, "")
        self.assertIn(" kktd[", self.machine.run("journalctl", "--unit=kktd", "--identifier=kktd"))

    def test_it_sells_shut_in(self):
        self.sell("SHUT-1")
        self.assert_shut_in(dict(self.processes())[self.main_pid()], "kktd")
        printed = self.machine.run("runuser", "-u", "kktd", "--", "kktctl", "status")
        self.assertIn("main", printed)

    def test_no_call_it_needs_is_forbidden(self):
        """Where the filter answers EPERM, a call may be missed and nobody notice; here it kills."""
        self.with_settings("[Service]\nSystemCallErrorNumber=kill\nRestart=no\n")
        self.restart()
        self.sell("CALL-1")
        self.assertEqual(self.client.get("/kkt/receipts?number=CALL-1").status, 200)
        self.machine.run("runuser", "-u", "kktd", "--", "kktctl", "receipt", "--number", "CALL-1")
        self.machine.run("systemctl", "reload", "kktd.service")
        self.sell("CALL-2")
        os.kill(self.main_pid(), signal.SIGUSR1)  # logs anew
        time.sleep(1)  # idle: the journal is copied into its database
        self.sell("CALL-3")
        self.stop()
        self.assertEqual(self.end_of_service()["Result"], "success", self.machine.journal())

    def fptr10(self):
        """The vendor's library, where the vendor suite has fetched it, with kktsim; else the fake."""
        root = self.machine.root
        library = devices.LIBRARY
        real = library.exists()
        shutil.copy(library if real else BUILD / "tests/unit/driver/libfake_fptr10.so",
                    root / "usr/local/lib/libfptr10.so")
        folder = "/var/lib/kktd/vendor"
        self.machine.run("install", "-d", "-m", "0700", "-o", "kktd", "-g", "kktd", folder)
        self.machine.run("install", "-o", "kktd", "-g", "kktd", "/dev/null", f"{folder}/script")
        if real:
            shutil.copy(BUILD / "src/tool/kktsim", root / "usr/local/bin")
            self.machine.run("systemd-run", "--unit=kktsim", "/usr/local/bin/kktsim", "--storage",
                             f"{folder}/kkt.fn")
            self.addCleanup(self.machine.run, "systemctl", "stop", "kktsim")
        return real, folder

    def test_the_child_of_fptr10_runs_shut_in(self):
        """In the unit's sandbox, from where it is installed, without a call that is forbidden."""
        real, folder = self.fptr10()
        self.with_settings("[Service]\nSystemCallErrorNumber=kill\nRestart=no\n"
                           f"Environment=FAKE_FPTR10={folder}\n")
        path = self.machine.root / "etc/kktd/kktd.json"
        self.addCleanup(path.write_text, path.read_text(encoding="utf-8"), encoding="utf-8")
        legal = {"inn": "7701234560", "taxation": "osn", "sale": "counter",
                 "contact_missing": "refuse", "payment_method": "full_payment",
                 "payment_object": "commodity", "legacy_vat": "map"}
        path.write_text(json.dumps({"state_dir": folder, "kkt": [
            {"id": "main", "legal": legal,
             "device": "fptr10+tcp://127.0.0.1:5555?library=/usr/local/lib/libfptr10.so"}]}),
            encoding="utf-8")
        self.restart()

        def seen():
            """The KKT as the library told of it."""
            return "9999078900012345" in self.machine.run(
                "runuser", "-u", "kktd", "--", "kktctl", "--state-dir", folder, "status", "--json")
        wait_until(seen, SECONDS, f"the library tells of its KKT\n{self.machine.journal()}")
        children = [said for pid, said in self.processes() if pid != self.main_pid()]
        self.assertEqual(len(children), 1, children)
        self.assert_shut_in(children[0], "kktd-fptr10")
        if real:
            body = receipt("CHILD-1")
            body["Goods"]["Position_1"]["Tax"] = 10  # a rate that its version knows
            answer = self.client.post(body)
            self.assertEqual(answer.json["outcome"], "done", f"{answer}\n{self.machine.journal()}")
        self.stop()
        self.assertEqual(self.end_of_service()["Result"], "success", self.machine.journal())
        wait_until(lambda: not list(self.processes()), SECONDS, "the child has ended too")

    def test_a_forbidden_call_would_be_noticed(self):
        """The proof that the test above can fail."""
        self.with_settings("[Service]\nSystemCallErrorNumber=kill\nRestart=no\n"
                           "SystemCallFilter=~fdatasync fsync\n")
        self.machine.attempt("systemctl", "restart", "kktd.service")
        self.client.post(receipt("BITE-1"))
        self.assertEqual(self.end_of_service()["Result"], "signal")

    def test_reload_keeps_the_process(self):
        before = self.main_pid()
        self.machine.run("systemctl", "reload", "kktd.service")
        wait_until(lambda: self.client.get("/kkt/status").status == 200, SECONDS, "it sells")
        self.sell("RELOAD-1")
        self.assertEqual(self.main_pid(), before)

    def test_restarted_under_load(self):
        answers = []
        over = threading.Event()

        def call(caller):
            index = 0
            while not over.is_set() and index < 1000:
                index += 1
                body = receipt(f"LOAD-{caller}-{index}", caller * 1000 + index)
                answers.append((self.client.post(body), body))
                over.wait(0.05)  # below what nginx lets one address send (kktd/http.conf)

        before = len(self.registered())
        callers = [threading.Thread(target=call, args=(index,)) for index in range(1, 5)]
        for caller in callers:
            caller.start()
        for _ in range(3):
            over.wait(0.5)
            self.machine.run("systemctl", "restart", "kktd.service")
        over.set()
        for caller in callers:
            caller.join()
        self.check_restart([answer for answer, _ in answers])
        outcomes = collections.Counter(answer.json["outcome"] for answer, _ in answers)
        print(f"{len(answers)} receipts through three restarts: {dict(outcomes)}")
        for _, body in answers:
            self.client.post_until_done(body)
        self.assertEqual(sorted(document["total"] for document in self.registered()[before:]),
                         sorted(body["DocSumm"] * 100 for _, body in answers))

    def test_killed_and_started_again(self):
        before = self.main_pid()
        count = len(self.registered())
        self.sell("KILL-1")
        os.kill(before, signal.SIGKILL)
        self.client.post_until_done(receipt("KILL-1"))
        self.assertNotIn(self.main_pid(), (before, None))
        self.assertEqual(len(self.registered()), count + 1)

    def test_one_that_hangs_is_started_again(self):
        self.with_settings("[Service]\nWatchdogSec=2\n")
        self.restart()
        before = self.main_pid()
        os.kill(before, signal.SIGSTOP)
        wait_until(lambda: self.main_pid() not in (before, None), SECONDS, "another process")
        self.client.post_until_done(receipt("HANG-1"))

    def test_a_mistake_in_the_configuration_is_not_tried_again(self):
        path = self.machine.root / "etc/kktd/kktd.json"
        good = path.read_text(encoding="utf-8")

        def repair():
            path.write_text(good, encoding="utf-8")
            self.restart()
        self.addCleanup(repair)
        path.write_text("{", encoding="utf-8")
        self.machine.attempt("systemctl", "restart", "kktd.service")
        over = self.end_of_service()
        self.assertEqual((over["Result"], over["ExecMainStatus"], over["NRestarts"]),
                         ("exit-code", "78", "0"))
        self.assertIn("/etc/kktd/kktd.json:1", self.machine.journal())

    def test_without_room_it_is_started_until_there_is(self):
        run = self.machine.run

        def take_back():
            run("systemctl", "stop", "kktd.service")
            run("umount", "/var/lib/kktd")
            self.restart()
        run("systemctl", "stop", "kktd.service")
        run("mount", "-t", "tmpfs", "-o", "size=1m", "kktd", "/var/lib/kktd")
        self.addCleanup(take_back)
        run("systemctl", "start", "--no-block", "kktd.service")
        failed = {"SubState": "auto-restart", "ExecMainStatus": "75"}
        wait_until(lambda: self.state(*failed) == failed, SECONDS, "it found no room")
        run("mount", "-o", "remount,size=32m", "/var/lib/kktd")
        self.client.post_until_done(receipt("ROOM-1"))

    def test_stopped(self):
        self.sell("STOP-1")
        self.stop()
        over = self.end_of_service()
        self.assertEqual((over["Result"], over["ExecMainStatus"]), ("success", "0"))
        count = len(self.registered())
        self.machine.run("systemctl", "start", "kktd.service")
        self.assertIs(self.sell("STOP-1")["repeated"], True)
        self.assertEqual(len(self.registered()), count)


class UnderSpawnFcgi(Service, unittest.TestCase):
    def stop(self):
        self.machine.run("systemctl", "stop", "kktd.service")

    def check_restart(self, answers):
        """A door may be closed, but nobody is told that nothing happened when it may have."""
        for answer in answers:
            self.assertIn(answer.json["outcome"], ("done", "accepted", "unknown"), answer)


class SocketActivated(Service, unittest.TestCase):
    more = ("kktd.socket",)

    def stop(self):
        self.machine.run("systemctl", "stop", "kktd.socket", "kktd.service")
        self.addCleanup(self.machine.run, "systemctl", "start", "kktd.socket")

    def check_restart(self, answers):
        """Requests wait in the socket."""
        for answer in answers:
            self.assertIn(answer.json["outcome"], ("done", "accepted"), answer)

    def test_the_first_request_starts_it(self):
        self.machine.run("systemctl", "stop", "kktd.service")
        self.assertEqual(self.state("ActiveState")["ActiveState"], "inactive")
        self.sell("FIRST-1")
        self.assertEqual(self.state("ActiveState")["ActiveState"], "active")


if __name__ == "__main__":
    unittest.main(verbosity=2)
