"""The KKT of an end-to-end test: the embedded one (test), or kktsim behind the native protocol
(atol; atol2: its older form, on a serial line; serial2 and serial3: both forms on a serial line, found
out by kktd) or behind the vendor's driver (fptr10). KKTD_E2E_DEVICE says which; whatever it is, its
storage file is the witness."""

import os
import pathlib
import socket
import time
import unittest

KIND = os.environ.get("KKTD_E2E_DEVICE", "test")
# The VAT rate of the tests' receipts, and what 1C of 2017 would state: rate 18, which kktd makes 22.
# The vendor's library of the vendor suite, 10.8.0, knows no rate of both.
RATE, OLD_RATE = (10, 10) if KIND == "fptr10" else (22, 18)
READY_SECONDS = 20
# The fptr10 driver's library, which is no part of kktd.
LIBRARY = pathlib.Path(os.environ.get("KKTD_VENDOR_LIBRARY", pathlib.Path(
    __file__).resolve().parents[2] / "build" / "vendor" / "libfptr10.so"))


class Embedded:
    """`test:` devices: nothing runs beside kktd; a file of switches flips them."""

    def __init__(self, folder, build, process):
        del build, process
        self.faults = folder / "faults"

    def kkt(self, options):
        """Keys of the configuration that this kind of KKT needs."""
        del options
        return {}

    def uri(self, storage, options):
        words = {"storage": storage, "faults": self.faults, **options}
        return "test:?" + "&".join(f"{key}={value}" for key, value in words.items())

    def fresh(self):
        self.faults.unlink(missing_ok=True)

    def flip(self, switches):
        fresh = self.faults.with_suffix(".new")
        fresh.write_text("".join(f"{name}={value}\n" for name, value in switches.items()))
        fresh.replace(self.faults)

    def close(self):
        pass


# A switch of the embedded KKT in the words of kktsim (docs/kktsim.md).
SWITCHES = {
    ("paper", "out"): ["paper out"],
    ("cover", "open"): ["cover open"],
    ("link", "down"): ["before any every drop", "before ask every drop", "before abort every drop"],
    ("busy", "1"): ["before 92 every busy 1"],
    ("lose_answer", "before"): ["before 4A every lose_answer"],
    ("lose_answer", "after"): ["after 4A every lose_answer"],
}


class Simulated:
    """kktsim, one for each storage file: a process of its own, which survives kktd."""

    VAT_CODES = "1-12"  # of the firmware
    # So long a receipt stands that kktd does not know to be its own: shorter than in the field,
    # longer than anybody else's does in a test.
    LEFTOVER_SECONDS = 5

    def __init__(self, folder, build, process):
        self.folder = folder
        self.program = build / "src/tool/kktsim"
        self.process = process
        self.running = {}  # storage: (process, options, where it listens)
        self.latency = 0

    def kkt(self, options):
        """What receipts say in law must be stated for it; here as it is with `test:`."""
        codes = {"5": 7, "7": 8, "5/105": 9, "7/107": 10, "22": 11, "22/122": 12}
        legal = {"inn": options.get("inn", "7701234560"), "taxation": "osn", "sale": "counter",
                 "contact_missing": "refuse", "payment_method": "full_payment",
                 "payment_object": "commodity", "legacy_vat": "map"}
        return {"vat_codes": codes, "legal": legal}

    def uri(self, storage, options):
        storage = pathlib.Path(storage)
        options = dict(options)
        self.latency = int(options.pop("latency_ms", 0))
        if storage in self.running and self.running[storage][1] != options:
            self.stop(storage)
        if storage not in self.running:
            self.start(storage, options)
        if self.latency:
            self.tell(storage, f"before 4A every slow {self.latency}ms")
        return self.uri_of(self.running[storage][2])

    def uri_of(self, where):
        return f"atol+tcp://{where}?leftover={self.LEFTOVER_SECONDS}"

    def line(self, storage):
        """The words that tell kktsim its line."""
        del storage
        return ["--listen", "127.0.0.1:0"]

    def start(self, storage, options):
        words = [word for key, value in {"vat-codes": self.VAT_CODES, **options}.items()
                 for word in (f"--{key}", str(value))]
        log = storage.with_suffix(".sim.log")
        log.unlink(missing_ok=True)
        started = self.process([self.program, "--storage", storage, *self.line(storage),
                                "--control", self.control(storage),
                                "--no-sync", *words], log)
        self.running[storage] = (started, options, self.place_of(started, log))

    @staticmethod
    def place_of(started, log):
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            line = log.read_text(encoding="utf-8", errors="replace")
            if line.startswith("listening on ") and line.endswith("\n"):
                return line.splitlines()[0].removeprefix("listening on ")
            assert started.running(), line
            time.sleep(0.005)
        raise AssertionError(f"kktsim is not ready: {line}")

    @staticmethod
    def control(storage):
        return storage.with_suffix(".ctl")

    def tell(self, storage, line):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(READY_SECONDS)
            control.connect(str(self.control(storage)))
            control.sendall(line.encode() + b"\n")
            answer = control.makefile("rb").readline().decode()
        assert answer.strip(), line
        assert not answer.startswith("error"), (line, answer)
        return answer

    def stop(self, storage):
        self.running.pop(storage)[0].end()

    def fresh(self):
        self.close()

    def flip(self, switches):
        lines = ["clear"]
        if self.latency:
            lines.append(f"before 4A every slow {self.latency}ms")
        switches = {name: str(value) for name, value in switches.items()}
        if switches.pop("mute", ""):
            assert switches.pop("lose_answer") == "after"
            lines.append("after 4A refuse 3600s")
        for name, value in switches.items():
            lines += [f"clock_skew {value}s"] if name == "clock_skew" else SWITCHES[name, value]
        for storage in self.running:
            for line in lines:
                self.tell(storage, line)

    def close(self):
        for storage in list(self.running):
            self.stop(storage)


class Serial(Simulated):
    """kktsim on a pseudo-terminal by the older link protocol, which remembers no task."""

    PROTOCOL = "atol2"
    OPTIONS = "&protocol=2"

    def line(self, storage):
        return ["--protocol", self.PROTOCOL, "--pty", storage.with_suffix(".tty")]

    def uri_of(self, where):
        return f"atol+serial://{where}?leftover={self.LEFTOVER_SECONDS}{self.OPTIONS}"


class FoundOlder(Serial):
    """The same, and kktd is not told."""

    OPTIONS = ""


class FoundNewer(Serial):
    """A serial line by the protocol of TCP, and kktd is not told."""

    PROTOCOL = "atol3"
    OPTIONS = ""


class Library(Simulated):
    """kktsim as it is reached by the vendor's library in kktd-fptr10."""

    VAT_CODES = "1-6"

    def __init__(self, folder, build, process):
        if not LIBRARY.exists():
            raise unittest.SkipTest(f"no {LIBRARY}")
        super().__init__(folder, build, process)
        self.home = folder / "home"
        self.home.mkdir()

    def kkt(self, options):
        return {"legal": super().kkt(options)["legal"]}  # the driver knows the codes of rates

    def uri_of(self, where):
        words = {"library": LIBRARY, "home": self.home, "leftover": self.LEFTOVER_SECONDS}
        return (f"fptr10+tcp://{where}?"
                + "&".join(f"{key}={value}" for key, value in words.items()))


def devices(folder, build, process, kind=KIND):
    kinds = {"test": Embedded, "atol": Simulated, "atol2": Serial, "serial2": FoundOlder,
             "serial3": FoundNewer, "fptr10": Library}
    return kinds[kind](folder, build, process)
