"""A stand for end-to-end tests: real nginx with this checkout's files, real spawn-fcgi, real kktd,
in a folder of their own. Whatever happens to a test, everything it started is ended.

The build to test is the folder in $KKTD_BUILD.
"""

import ctypes
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import contract
import devices

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KKTD_BUILD", TOP / "build" / "release")).resolve()
PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"

READY_SECONDS = 30.0  # a sanitizer build on a busy machine
STOP_SECONDS = 60.0
SANITIZER_WORDS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:")

RECEIPT = {
    "DocNumber": "ТР00-003655", "DocDate": "06.10.2017", "DocSumm": 1950,
    "Goods": {"Position_1": {"Name": "Наименование товара", "Price": 325.12, "Quantity": 6,
                             "Tax": devices.OLD_RATE, "PositionSumm": 1950}}}


def receipt(number, rubles=100, **more):
    """A classic receipt of one line."""
    return {"DocNumber": number, "DocDate": "06.10.2017", "DocSumm": rubles,
            "Goods": {"Position_1": {"Name": "Товар", "Price": rubles, "Quantity": 1,
                                     "Tax": devices.RATE, "PositionSumm": rubles}}, **more}


def has_fault_points():
    """Whether the build kills itself on request (-Dfault_points=true)."""
    return b"KKTD_KILL_AT" in (BUILD / "src" / "kktd").read_bytes()


def wait_until(condition, seconds, what):
    """Polls; the deadline is an error, not a hope."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)
    return found


def run(*words, seconds=60, env=None):
    """(exit code, everything printed) of a command that ends by itself."""
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                          env={**os.environ, "PATH": PATH, **(env or {})}, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def documents(storage):
    """What a test KKT has registered, by its storage file: the witness of every test. A torn last
    line never was."""
    if not storage.exists():
        return []
    return [json.loads(line) for line in storage.read_bytes().split(b"\n")[:-1]]


def receipts(storage):
    return [document for document in documents(storage) if document["kind"] == "receipt"]


def die_with_parent():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """A child in a process group of its own, which ends with it."""

    def __init__(self, argv, log, env=None, stdin=subprocess.DEVNULL):
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                [str(word) for word in argv], stdin=stdin, stdout=out, stderr=out,
                env={**os.environ, "PATH": PATH, **(env or {})}, start_new_session=True,
                preexec_fn=die_with_parent)

    @property
    def pid(self):
        return self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.running():
            self.popen.send_signal(number)

    def wait(self, seconds=STOP_SECONDS):
        return self.popen.wait(timeout=seconds)

    def end(self):
        """Nothing of the group is left afterwards."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8")

    def __repr__(self):
        return f"HTTP {self.status} {self.body[:1000].decode('utf-8', 'replace')}"


class Client:
    """HTTP to the stand's nginx. Each answer must keep the contract, whatever the test asks it for."""

    def __init__(self, port):
        self.port = port

    def request(self, method, path, body=None, headers=None, timeout=90):
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False)
        if isinstance(body, str):
            body = body.encode("utf-8")
        # What 1C sends; kktd must not care.
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8",
                   **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            try:
                connection.request(method, path, body=body, headers=headers)
            except BrokenPipeError:
                pass  # a body that is too large: the answer came before its end
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        contract.check(method, path.partition("?")[0], answer)
        return answer

    def post(self, body, path="/kkt", **more):
        return self.request("POST", path, body, **more)

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def post_until_done(self, body, seconds=READY_SECONDS):
        """What every caller is told to do: repeat under the same number."""
        def attempt():
            try:
                answer = self.post(body)
            except (OSError, http.client.HTTPException):
                return None
            return answer if answer.json["outcome"] == "done" else None
        return wait_until(attempt, seconds, f"{body['DocNumber']} is done")

    def raw(self, data, timeout=30):
        """Bytes as they are on a connection of their own; all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as peer:
            peer.sendall(data)
            received = b""
            while chunk := peer.recv(65536):
                received += chunk
        return received

    def raw_answer(self, data, timeout=30):
        head, _, body = self.raw(data, timeout).partition(b"\r\n\r\n")
        status = int(head.split()[1])
        answer = Answer(status, {}, body)
        contract.read_as_in_2017(answer)
        return answer


class Stand:
    """nginx, and a kktd that can be started, stopped and killed as a test likes."""

    def __init__(self, kind=devices.KIND, **config):
        # Short: the path of a Unix socket has 107 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kktd-e2e-", dir="/tmp"))
        self.state = self.folder / "state"
        self.storage = self.folder / "kkt.fn"
        self.devices = devices.devices(self.folder, BUILD, Process, kind)
        self.socket = self.folder / "fcgi.sock"
        self.config_file = self.folder / "kktd.json"
        self.log = self.folder / "kktd.log"
        self.kktd = None
        self.nginx = None
        self.port = 0
        self.fresh(**config)

    # ---- configuration -------------------------------------------------------------------------
    def device(self, storage=None, **options):
        return self.devices.uri(storage or self.storage, options)

    def kkt(self, name, **options):
        """A KKT of the configuration: options of its device."""
        return {"id": name, "device": self.device(**options), **self.devices.kkt(options)}

    @staticmethod
    def with_keys(kkt, keys):
        legal = {**kkt.get("legal", {}), **keys.get("legal", {})}
        return {**kkt, **keys, **({"legal": legal} if legal else {})}

    def configure(self, kkt=None, device=None, **top):
        """Writes the configuration: keys of the one KKT, options of its device, keys of the file."""
        kkts = kkt if isinstance(kkt, list) else [
            self.with_keys(self.kkt("main", **(device or {})), kkt or {})]
        self.config_file.write_text(
            json.dumps({"state_dir": str(self.state), "kkt": kkts, **top}), encoding="utf-8")

    def fresh(self, **config):
        """A new KKT, an empty journal."""
        assert self.kktd is None or not self.kktd.running()
        shutil.rmtree(self.state, ignore_errors=True)
        self.devices.fresh()
        for path in self.folder.glob("*.fn*"):
            path.unlink()
        self.configure(**config)

    # ---- processes -----------------------------------------------------------------------------
    def start_nginx(self, change=None):
        """`change` gets the laid-out folder before nginx starts: for tests of other settings."""
        for _ in range(5):  # between finding a free port and using it somebody may take it
            with socket.create_server(("127.0.0.1", 0)) as found:
                self.port = found.getsockname()[1]
            subprocess.run([TOP / "deploy/nginx/private-nginx", self.folder,
                            f"127.0.0.1:{self.port}", self.socket], check=True)
            if change is not None:
                change(self.folder)
            self.nginx = Process(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf",
                                  "-e", self.folder / "error.log"], self.folder / "nginx.log")
            wait_until(lambda: not self.nginx.running() or self.nginx_listens(), READY_SECONDS,
                       "nginx listens")
            if self.nginx.running():
                return
        raise AssertionError((self.folder / "error.log").read_text())

    def nginx_listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def command(self):
        return [BUILD / "src/kktd", "--config", self.config_file]

    def launch(self, env=None):
        """Starts kktd and does not wait."""
        assert self.kktd is None or not self.kktd.running()
        self.kktd = Process(["spawn-fcgi", "-n", "-s", self.socket, "-M", "0660", "--",
                             *self.command()], self.log, env)

    def start(self, env=None):
        """Starts kktd and waits until it answers; False if it ended before."""
        if self.nginx is None:
            self.start_nginx()
        self.launch(env)
        wait_until(lambda: not self.kktd.running() or self.answers(), READY_SECONDS, "kktd answers")
        return self.kktd.running()

    def answers(self):
        """Whether it is kktd who answers, and not nginx for it."""
        return self.status().status in (200, 503)

    def stop(self):
        """SIGTERM; the exit code."""
        self.kktd.signal(signal.SIGTERM)
        return self.kktd.wait()

    def kill(self):
        self.kktd.signal(signal.SIGKILL)
        self.kktd.wait()

    def restart(self, env=None):
        self.stop()
        return self.start(env)

    def close(self):
        try:
            if self.kktd is not None and self.kktd.running():
                self.stop()
        finally:
            for process in (self.kktd, self.nginx):
                if process is not None:
                    process.end()
            self.devices.close()
            log = self.read_log()
            shutil.rmtree(self.folder, ignore_errors=True)
        for word in SANITIZER_WORDS:
            assert word not in log, log[-20000:]

    def read_log(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def flip(self, **switches):
        """The faults of the test KKT from now on (docs/configuration.md, "test:"); none: all well."""
        self.devices.flip(switches)

    # ---- what the tests ask --------------------------------------------------------------------
    @property
    def client(self):
        return Client(self.port)

    def post(self, body, **more):
        return self.client.post(body, **more)

    def get(self, path, **more):
        return self.client.get(path, **more)

    def status(self):
        return self.client.get("/kkt/status")

    def post_until_done(self, body, **more):
        return self.client.post_until_done(body, **more)

    def kktctl(self, *words):
        """(exit code, output) of the operator's command."""
        return run(BUILD / "src/tool/kktctl", "--state-dir", self.state, *words)

    def documents(self):
        return documents(self.storage)

    def receipts(self, storage=None):
        return receipts(storage or self.storage)


def together(count, work):
    """Runs work(0) … work(count - 1) at the same moment; their results in order."""
    barrier = threading.Barrier(count)
    results = [None] * count

    def run(index):
        barrier.wait()
        try:
            results[index] = work(index)
        except Exception as error:  # pylint: disable=broad-except  # told by the caller's asserts
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


class Case(unittest.TestCase):
    """A test with a stand of its own; `config` is what Stand.configure takes, `kind` its KKT."""

    config = {}
    kind = devices.KIND

    def setUp(self):
        self.stand = Stand(self.kind, **self.config)
        self.addCleanup(self.stand.close)

    def start(self, env=None):
        self.assertTrue(self.stand.start(env), self.stand.read_log())

    def assert_done(self, answer):
        self.assertEqual(answer.json["outcome"], "done", answer)
        return answer.json

    def assert_refused(self, answer, status):
        self.assertEqual((answer.status, answer.json["outcome"]), (status, "refused"), answer)
        return answer.json


class StartedCase(Case):
    """A test that finds kktd running."""

    def setUp(self):
        super().setUp()
        self.start()
