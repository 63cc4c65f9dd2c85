"""docs/kktsim.md does what it says: its configuration, its script for a shop's CI and its other commands
are run as they stand there, but for addresses and paths."""

import json
import re
import shutil
import socket
import unittest

import devices
from harness import BUILD, PATH, TOP, Case, Process, wait_until

PAGE = (TOP / "docs" / "kktsim.md").read_text(encoding="utf-8")
SECONDS = 60
NEEDED = ("jq", "curl")


def block(language, word):
    """The one block of code in that language with the word in it."""
    found = [text for text in re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
             if word in text]
    assert len(found) == 1, (language, word)
    return found[0]


@unittest.skipUnless(devices.KIND == "test", "brings its own device")
@unittest.skipUnless(all(map(shutil.which, NEEDED)), f"the page's commands need {', '.join(NEEDED)}")
class Page(Case):
    def setUp(self):
        super().setUp()
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.sim = f"127.0.0.1:{found.getsockname()[1]}"
        self.environment = {"PATH": f"{BUILD / 'src/tool'}:{PATH}", "TMPDIR": str(self.stand.folder)}

    def here(self, text, **paths):
        """The text with the addresses of this test; `paths`: by the last part of the page's."""
        text = text.replace("127.0.0.1:5555", self.sim)
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{self.stand.port}")
        for name, path in paths.items():
            text = text.replace(f"/tmp/{name}", str(path))
        return text

    def shell(self, script):
        """(exit code, everything printed); what it has started ends with it."""
        log = self.stand.folder / "shell.log"
        log.unlink(missing_ok=True)
        shell = Process(["bash", "-c", script], log, self.environment)
        try:
            wait_until(lambda: not shell.running(), SECONDS, "the script ends")
        except AssertionError as error:
            raise AssertionError(log.read_text(encoding="utf-8") + self.stand.status().text
                                 + self.stand.read_log()[-5000:]) from error
        finally:
            shell.end()
        return shell.wait(), log.read_text(encoding="utf-8")

    def test_start(self):
        log = self.stand.folder / "start.log"
        command = self.here(block("sh", "# listening"), **{"kkt.fn": self.stand.folder / "start.fn"})
        started = Process(["bash", "-c", command], log, self.environment)
        self.addCleanup(started.end)
        wait_until(lambda: f"listening on {self.sim}" in log.read_text(), SECONDS, "kktsim listens")

    def test_a_shop_s_ci(self):
        self.stand.start_nginx()  # it has its port now
        config = json.loads(self.here(block("json", "state_dir"), kktd=self.stand.state))
        self.stand.config_file.write_text(json.dumps(config), encoding="utf-8")
        self.start()
        code, printed = self.shell(self.here(block("sh", "set -e")))
        self.assertEqual(code, 0, printed + self.stand.read_log())
        self.assertIn('"result_code":0', printed.replace(" ", ""))

        (storage,) = self.stand.folder.glob("tmp.*/kkt.fn")
        code, printed = self.shell("set -e\n" + self.here(block("sh", "kktsim dump"),
                                                          **{"kkt.fn": storage}))
        self.assertEqual(code, 0, printed)
        self.assertIn("ТЕСТ, не фискальный", printed)
        self.assertEqual(printed.splitlines()[-2:], ["2", "12200"])  # documents, kopecks


if __name__ == "__main__":
    unittest.main(verbosity=2)
