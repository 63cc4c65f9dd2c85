"""The systemd files of deploy/: systemd-analyze finds nothing to complain of, and the service is
shut in as tightly as promised."""

import os
import pathlib
import re
import shutil
import tempfile
import unittest

from harness import TOP, run

UNITS = TOP / "deploy" / "systemd"
MAX_EXPOSURE = 1.5


class SystemdCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kktd-units-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        # kktd need not be installed to have its units judged.
        shutil.copy(UNITS / "kktd.service", self.folder)
        self.substitute("/usr/bin/kktd", "/bin/true")

    def socket_activated(self):
        shutil.copytree(UNITS / "socket-activation", self.folder, dirs_exist_ok=True)
        self.substitute("/usr/bin/kktd", "/bin/true")

    def on_usb(self):
        shutil.copytree(UNITS / "usb", self.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.rules"))

    def substitute(self, old, new):
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.write_text(path.read_text(encoding="utf-8").replace(old, new),
                                encoding="utf-8")

    def analyze(self, *words):
        return run("systemd-analyze", *words,
                   env={"SYSTEMD_UNIT_PATH": f"{self.folder}:", "SYSTEMD_COLORS": "0"})

    def verify(self):
        units = sorted(str(path) for path in self.folder.iterdir() if path.is_file())
        return self.analyze("verify", "--man=no", *units)

    def security(self):
        return self.analyze("security", "--offline=true", "--no-pager",
                            str(self.folder / "kktd.service"))[1]

    def exposure(self):
        return float(re.search(r"Overall exposure level for kktd.service: (\d+\.\d+)",
                               self.security())[1])


class Verify(SystemdCase):
    def test_service(self):
        self.assertEqual(self.verify(), (0, ""))

    def test_socket_activated(self):
        self.socket_activated()
        self.assertEqual(self.verify(), (0, ""))

    def test_on_usb(self):
        self.on_usb()
        self.assertEqual(self.verify(), (0, ""))

    def test_a_misspelt_key_is_noticed(self):
        self.substitute("RestartSec=", "RestartSecs=")
        self.assertIn("RestartSecs", self.verify()[1])

    def test_a_misspelt_key_of_the_drop_in_is_noticed(self):
        self.socket_activated()
        self.substitute("StandardInput=", "StandardInputs=")
        self.assertIn("StandardInputs", self.verify()[1])

    def test_a_missing_program_is_noticed(self):
        self.substitute("/usr/bin/spawn-fcgi", "/usr/bin/no-such-program")
        self.assertNotEqual(self.verify()[0], 0)


class Exposure(SystemdCase):
    def test_service(self):
        self.assertLessEqual(self.exposure(), MAX_EXPOSURE)

    def test_socket_activated(self):
        self.socket_activated()
        self.assertLessEqual(self.exposure(), MAX_EXPOSURE)

    def test_on_usb(self):
        self.on_usb()
        self.assertLessEqual(self.exposure(), MAX_EXPOSURE)
        self.assertIn("char-usb_device:rw", self.security())

    def test_a_lost_protection_is_noticed(self):
        self.substitute("SystemCallFilter=", "# ")
        self.assertGreater(self.exposure(), MAX_EXPOSURE)


class Meaning(unittest.TestCase):
    """What systemd-analyze cannot know."""

    def setUp(self):
        self.unit = (UNITS / "kktd.service").read_text(encoding="utf-8")

    def key(self, name):
        return re.findall(rf"^{name}=(.*)$", self.unit, re.MULTILINE)

    def test_ready_and_watchdog_come_from_kktd_itself(self):
        self.assertEqual((self.key("Type"), self.key("NotifyAccess")), (["notify"], ["main"]))
        self.assertRegex(self.key("ExecStart")[0], r"^/usr/bin/spawn-fcgi -n ")
        self.assertGreater(int(self.key("WatchdogSec")[0]), 0)

    def test_the_socket_is_where_nginx_looks(self):
        nginx = (TOP / "deploy/nginx/kktd.conf").read_text(encoding="utf-8")
        path = re.search(r"server unix:(\S+) ", nginx)[1]
        self.assertIn(f" -s {path} ", self.key("ExecStart")[0])
        socket = (UNITS / "socket-activation/kktd.socket").read_text(encoding="utf-8")
        self.assertIn(f"ListenStream={path}\n", socket)

    def test_a_receipt_is_never_killed_by_a_stop(self):
        config = (TOP / "src/engine/kkt_config.hpp").read_text(encoding="utf-8")
        document_seconds = int(re.search(r"document_deadline\{(\d+)\}", config)[1])
        self.assertGreater(int(self.key("TimeoutStopSec")[0]), document_seconds)

    def test_the_state_folder_is_private(self):
        self.assertEqual(self.key("StateDirectoryMode"), ["0700"])

    @unittest.skipUnless(os.getuid() == 0, "needs root")
    def test_user_and_folders_are_made(self):
        with tempfile.TemporaryDirectory() as root:
            (pathlib.Path(root) / "etc").mkdir()
            for words in (["systemd-sysusers", UNITS / "kktd.sysusers"],
                          ["systemd-tmpfiles", "--create", UNITS / "kktd.tmpfiles"]):
                code, printed = run(*words, f"--root={root}")
                self.assertEqual(code, 0, printed)
            group = int(re.search(r"^kktd:x:(\d+):",
                                  (pathlib.Path(root) / "etc/group").read_text(), re.MULTILINE)[1])
            made = (pathlib.Path(root) / "etc/kktd").stat()
            self.assertEqual((made.st_mode & 0o777, made.st_uid, made.st_gid), (0o750, 0, group))


if __name__ == "__main__":
    unittest.main(verbosity=2)
