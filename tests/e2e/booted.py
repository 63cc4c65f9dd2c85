"""A machine of namespaces with this machine's own systemd as pid 1 (boot_systemd): what deploy/ and
the quickstart tell an administrator to do is done there for real, and nothing of it outlives the
test. Needs a root that may mount, not that of an ordinary container, and cgroup version 2."""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import harness
from harness import BUILD, TOP, wait_until

BOOT_SECONDS = 90.0
COMMAND_SECONDS = 120
NGINX_PORT = 8080  # of deploy/nginx/kktd.conf
CLONE_NEWNET = 0x40000000
HALT = signal.SIGRTMIN + 3  # what systemd as pid 1 takes for "halt"


def quickstart_commands(word):
    """The commands of that block of docs/quickstart.md in which `word` stands."""
    text = (TOP / "docs/quickstart.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found = [block for block in blocks if word in block]
    assert len(found) == 1, f"{len(found)} blocks of docs/quickstart.md with «{word}»"
    return found[0]


def libexec_folder():
    """Where the kktd of this build looks for its child, and `ninja install` puts it."""
    code, printed = harness.run("meson", "introspect", "--buildoptions", BUILD)
    assert code == 0, printed
    options = {option["name"]: option["value"] for option in json.loads(printed)}
    return pathlib.Path(options["prefix"]) / options["libexecdir"]


class Cgroup:
    """A cgroup for the machine: what is booted in it takes it for the root of all."""

    def __init__(self):
        mounts = pathlib.Path("/proc/self/mounts").read_text().splitlines()
        roots = [words[1] for line in mounts if (words := line.split())[2] == "cgroup2"]
        assert roots, "no cgroup2 is mounted"
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="kktd-boot-", dir=roots[0]))

    def remove(self):
        for path, _, _ in os.walk(self.path, topdown=False):
            os.rmdir(path)


class Client(harness.Client):
    """HTTP from inside the machine."""

    def __init__(self, pid):
        super().__init__(NGINX_PORT)
        self.pid = pid

    @contextlib.contextmanager
    def inside(self):
        """This thread's network is the machine's; a socket stays where it was made."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net", "rb") as mine, \
                open(f"/proc/{self.pid}/ns/net", "rb") as theirs:
            def enter(network):
                if libc.setns(network.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            enter(theirs)
            try:
                yield
            finally:
                enter(mine)

    def request(self, *words, **more):  # pylint: disable=arguments-differ
        with self.inside():
            return super().request(*words, **more)


class Machine:
    """Booted, with the programs of the build in /usr/bin and Debian's nginx running."""

    def __init__(self):
        self.cgroup = Cgroup()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kktd-boot-", dir="/tmp"))
        self.log = self.folder / "console.log"
        self.mounts = self.folder / "mounts"
        self.mounts.mkdir()
        # The shell puts itself into the cgroup, so that this process stays in its own.
        self.process = harness.Process(
            ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', self.cgroup.path,
             TOP / "tests/e2e/boot_systemd", self.mounts, TOP], self.log)
        try:
            self.pid = wait_until(self.systemd, BOOT_SECONDS, "systemd is started")
            self.root = pathlib.Path(f"/proc/{self.pid}/root")
            wait_until(self.up, BOOT_SECONDS, "the machine is up")
            self.install_programs()
            self.run("systemctl", "start", "nginx")
        except BaseException:
            self.close()
            raise

    def systemd(self):
        """Its process id out here, once it is systemd."""
        assert self.process.running(), self.log.read_text()
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                    return int(child)
        return None

    def up(self):
        """Whatever else of the machine's own services may have failed."""
        return self.attempt("systemctl", "is-system-running")[1] in ("running\n", "degraded\n")

    def install_programs(self):
        """Like `ninja install`; and sudo, which root does not need and the quickstart does."""
        for program in ("src/kktd", "src/tool/kktctl"):
            shutil.copy(BUILD / program, self.root / "usr/bin")
        libexec = self.root / libexec_folder().relative_to("/")
        libexec.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILD / "src/kktd-fptr10", libexec)
        sudo = self.root / "usr/local/bin/sudo"
        sudo.write_text('#!/bin/sh\nexec "$@"\n')
        sudo.chmod(0o755)

    def close(self):
        if self.process.running():
            with contextlib.suppress(AttributeError, ProcessLookupError, subprocess.TimeoutExpired):
                os.kill(self.pid, HALT)
                self.process.wait(30)
        self.process.end()
        wait_until(lambda: "populated 0" in (self.cgroup.path / "cgroup.events").read_text(), 30,
                   "nothing is left of the machine")
        self.cgroup.remove()
        shutil.rmtree(self.folder)

    # ---- what an administrator does --------------------------------------------------------------
    def attempt(self, *words):
        """(exit code, everything printed) of a command inside."""
        return harness.run(
            "nsenter", f"--target={self.pid}", "--all", "--root", "--wd", "--", *words,
            seconds=COMMAND_SECONDS,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                 "LANG": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""})

    def run(self, *words):
        code, printed = self.attempt(*words)
        assert code == 0, f"{' '.join(map(str, words))}: {code}\n{printed}\n{self.journal()}"
        return printed

    def follow(self, commands):
        """Shell commands of the documentation, in the checkout."""
        self.run("sh", "-euc", f"cd '{TOP}'\n{commands}")

    def show(self, unit, *keys):
        """Properties of a unit."""
        lines = self.run("systemctl", "show", unit, *(f"--property={key}" for key in keys))
        return dict(line.split("=", 1) for line in lines.splitlines())

    def drop_in(self, unit, text):
        """Settings for a unit on top of its own; "" takes them back. Takes effect at its start."""
        folder = self.root / f"run/systemd/system/{unit}.d"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "test.conf").write_text(text)
        self.run("systemctl", "daemon-reload")

    def journal(self):
        return self.attempt("journalctl", "--no-pager", "--lines=60")[1]

    @property
    def client(self):
        return Client(self.pid)
