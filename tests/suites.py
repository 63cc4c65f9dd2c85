#!/usr/bin/env python3
"""The suites of tests/run: what is built how, what is run, how its tests are counted."""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
E2E = TOP / "tests" / "e2e"
FUZZ = TOP / "tests" / "fuzz"
CORES = os.cpu_count() or 2
BUILD_SECONDS = 3600
RUN_SECONDS = 1800
FUZZ_SECONDS = 10
DEMO_TELLS_SECONDS = 60  # it may have to install packages
DEPLOY = ("nginx_tests", "systemd_tests")  # need no build
BOOT = ("boot_tests",)  # want no sanitizer: the service is bounded as in the field
# Over whatever KKT.
ANY_KKT = ("bad_input_tests", "full_disk_tests", "receipt_tests", "waiting_tests", "service_tests",
           "kill_tests")
NATIVE = ("atol_tests",)  # only over kktsim
SERIAL = ("protocol_tests",)  # only over kktsim on a serial line
LIBRARY = ("child_tests",)  # only over the vendor's library

THREADED = ("base", "port", "journal", "engine", "front")  # rooms whose tests run under ThreadSanitizer

# What a sanitizer tells needs lines, not variables: a tenth less to compile.
LINES = "-g1"
# g++ goes over all it holds again and again to free some of it: another fifteenth.
ROOMY = "--param=ggc-min-heapsize=524288"  # KiB
GNU = {"CXX": "g++"}
# Takes half the time of the linker that is there by itself; after clang, a quarter.
LLD = {"CXX_LD": "lld"}

# build folder under build/: compiler and linker, meson options, ninja targets
ASAN = ({**GNU, **LLD}, ["-Dbuildtype=debug", f"-Dcpp_args={LINES} {ROOMY}",
                         "-Db_sanitize=address,undefined", "-Dfault_points=true"])
BUILDS = {
    # Of asan, what the suites need that wait a lot: the rest is built while they do.
    "programs": (*ASAN, ["src/kktd", "src/kktd-fptr10", "src/tool/kktctl", "src/tool/kktsim",
                         "tests/unit/driver/libfake_fptr10.so"]),
    "asan": (*ASAN, ["all"]),
    "tsan": ({**GNU, **LLD},
             ["-Dbuildtype=debug", f"-Dcpp_args={LINES} {ROOMY}", "-Db_sanitize=thread"],
             [f"tests/unit/{room}/{room}_tests" for room in THREADED]),
    "clang": ({"CXX": "clang++-14", **LLD},
              ["-Dbuildtype=debug", f"-Dcpp_args={LINES}", "-Dfuzz=true", "-Db_lundef=false"],
              ["all"]),
    # The one of deploy/demo, and what the bench needs.
    "demo": (GNU, ["-Dbuildtype=release"],
             ["meson-benchmark-prereq", "src/tool/kktctl", "src/tool/kktsim"]),
}
FOLDERS = {"programs": "asan"}  # the others have their own
INSTALLED = ("src/kktd-fptr10", "tests/unit/driver/libfake_fptr10.so")

ENVIRONMENT = {
    **os.environ,
    "PATH": os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin",
    "BOOST_TEST_REPORT_LEVEL": "short",
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
# Sanitizers of these compilers do not start under the address randomisation of newer kernels.
STEADY = ["setarch", "-R"] if subprocess.run(["setarch", "-R", "true"], check=False,
                                             stderr=subprocess.DEVNULL).returncode == 0 else []


class Count:
    def __init__(self, passed=0, failed=0):
        self.passed = passed
        self.failed = failed

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        return self

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed"


def run(words, seconds=RUN_SECONDS, env=None, cwd=TOP):
    """(exit code, everything printed); a command that does not end is a failure."""
    words = [str(word) for word in words]
    try:
        done = subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**ENVIRONMENT, **(env or {})},
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        return 1, (late.stdout or b"").decode("utf-8", "replace") + f"\nnot within {seconds} s"
    return done.returncode, done.stdout.decode("utf-8", "replace")


def of_boost(exit_code, printed):
    """Counts the report of a Boost.Test program."""
    found = re.search(r"(\d+) test cases? out of (\d+) passed", printed)
    passed, total = (int(found[1]), int(found[2])) if found else (0, 0)
    skipped = re.search(r"(\d+) test cases? out of \d+ skipped", printed)
    failed = total - passed - (int(skipped[1]) if skipped else 0)
    return Count(passed, failed or int(exit_code != 0 or not found))


def of_unittest(exit_code, printed):
    """Counts the report of a Python unittest program."""
    found = re.search(r"^Ran (\d+) tests? in", printed, re.MULTILINE)
    failed = len(set(re.findall(r"^(?:FAIL|ERROR): (.+?\))", printed, re.MULTILINE)))
    skipped = re.search(r"skipped=(\d+)", printed)
    ran = int(found[1]) - (int(skipped[1]) if skipped else 0) if found else 0
    failed = failed or int(exit_code != 0 or not found)
    return Count(max(ran - failed, 0), failed)


def of_any(exit_code, printed):
    """Counts a program by what its report looks like; one without a report is one test."""
    if "Test module" in printed:
        return of_boost(exit_code, printed)
    if re.search(r"^Ran \d+ tests? in", printed, re.MULTILINE):
        return of_unittest(exit_code, printed)
    return Count(int(exit_code == 0), int(exit_code != 0))


def show(printed, lines=120):
    print("\n".join(printed.splitlines()[-lines:]), flush=True)


class BuildFailed(Exception):
    pass


built = {}
building = threading.Lock()


def build(name, niceness=0):
    """The build folder, up to date; built once a run."""
    with building if name not in built else contextlib.nullcontext():
        if name not in built:
            built[name] = build_now(name, niceness)
    if built[name] is None:
        raise BuildFailed(name)
    return built[name]


def build_now(name, niceness):
    """The build folder; nothing if it cannot be built."""
    tools, options, targets = BUILDS[name]
    folder = TOP / "build" / FOLDERS.get(name, name)
    started = time.monotonic()
    code, printed = 0, ""
    if not (folder / "build.ninja").exists():
        code, printed = run(["meson", "setup", folder, TOP, *options],
                            BUILD_SECONDS, tools)
    if code == 0:
        code, printed = run(["nice", "-n", niceness, "ninja", "-C", folder, *targets], BUILD_SECONDS)
    print(f"-- build of {name}: {'done' if code == 0 else 'FAILED'}, "
          f"{time.monotonic() - started:.0f} s", flush=True)
    if code != 0:
        show(printed)
    return folder if code == 0 else None


def build_ahead(names):
    """Builds what later suites need in the time that a suite spends waiting, and gives way to it."""
    for name in names:
        with contextlib.suppress(BuildFailed):  # its suite tells
            build(name, niceness=19)


def meson_tests(folder, *select):
    """The project's own tests (meson test) of one build."""
    log = folder / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    code, printed = run([*STEADY, "meson", "test", "-C", folder, "--no-rebuild", *select])
    count = Count()
    skipped = False
    if log.exists():
        for line in log.read_text(encoding="utf-8").splitlines():
            test = json.loads(line)
            if test["result"] == "SKIP":  # it says why; not counted as passed
                print(f"-- {test['name']}: {test.get('stdout', '').strip()}")
                skipped = True
                continue
            text = test.get("stdout", "") + test.get("stderr", "")
            one = of_any(int(test["result"] != "OK"), text)
            count += one
            if one.failed:
                print(f"-- {test['name']}: {one}")
                show(text)
    if (count.passed + count.failed == 0 and not skipped) or (code != 0 and count.failed == 0):
        show(printed)
        count += Count(failed=1)
    return count


def python_tests(folder, *names, device="test"):
    count = Count()
    for name in names:
        code, printed = run([*STEADY, sys.executable, E2E / f"{name}.py"],
                            env={"KKTD_BUILD": str(folder), "KKTD_E2E_DEVICE": device})
        one = of_unittest(code, printed)
        count += one
        for line in printed.splitlines():
            if " ... skipped " in line:
                print(f"-- {line}")
        if one.failed:
            print(f"-- {name}: {one}")
            show(printed, 300)
    return count


# ---- the suites ----------------------------------------------------------------------------------
class Suite:
    """One suite; where it has a build, it is given the folder of that."""

    def __init__(self, function, build_name=None):
        self.function = function
        self.__doc__ = function.__doc__
        self.build = build_name

    def __call__(self):
        return self.function(build(self.build)) if self.build else self.function()


def needs(build_name):
    return lambda function: Suite(function, build_name)


def suite_format():
    """clang-format finds nothing to change"""
    sources = sorted(str(path) for folder in ("fiscal", "src", "tests")
                     for path in (TOP / folder).rglob("*.[ch]pp"))
    code, printed = run(["clang-format", "--dry-run", "-Werror", *sources])
    if code != 0:
        show(printed)
    return Count(int(code == 0), int(code != 0))


def suite_deploy():
    """nginx and systemd files"""
    return python_tests(TOP / "build" / "asan", *DEPLOY)


@needs("programs")
def suite_e2e(folder):
    """real nginx, spawn-fcgi and kktd, SIGKILL sweeps: g++, AddressSanitizer and UBSan"""
    names = sorted(path.stem for path in E2E.glob("*_tests.py"))
    return python_tests(folder, *(name for name in names
                                  if name not in (*DEPLOY, *BOOT, *NATIVE, *SERIAL, *LIBRARY)))


@needs("programs")
def suite_atol(folder):
    """the same over the native driver and kktsim, with every fault: g++, AddressSanitizer and UBSan"""
    return python_tests(folder, *ANY_KKT, *NATIVE, device="atol")


@needs("programs")
def suite_serial(folder):
    """receipts and SIGKILL sweeps over a serial line, older link protocol, and both of them found out: g++, AddressSanitizer and UBSan"""
    return python_tests(folder, "receipt_tests", "kill_tests", *SERIAL, device="atol2")


@needs("asan")
def suite_unit(folder):
    """unit tests, cases and layering: g++, AddressSanitizer and UBSan"""
    return meson_tests(folder)


@needs("tsan")
def suite_threads(folder):
    """base, journal, engine and front: g++, ThreadSanitizer"""
    return meson_tests(folder, *THREADED)


@needs("clang")
def suite_clang(folder):
    """unit tests and cases: clang 14"""
    return meson_tests(folder, "--suite", "unit")


@needs("clang")
def suite_fuzz(folder):
    """every fuzz target for some seconds: clang 14, libFuzzer"""
    programs = folder / "tests" / "fuzz"

    def survives(target):
        fresh = programs / f"{target.name}.corpus"
        fresh.mkdir(exist_ok=True)
        name = target.name.removesuffix("_fuzz")
        seeds = FUZZ / "corpus" / name  # without them little is reached in some seconds
        words = FUZZ / f"{name}.dict"
        code, printed = run([*STEADY, target, f"-max_total_time={FUZZ_SECONDS}", "-timeout=5",
                             "-rss_limit_mb=2048", *([f"-dict={words}"] if words.exists() else []),
                             fresh, seeds], cwd=programs)
        if code != 0:
            print(f"-- {target.name}")
            show(printed)
        return code == 0

    targets = [path for path in sorted(programs.glob("*_fuzz")) if path.is_file()]
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        survivors = sum(pool.map(survives, targets))
    return Count(survivors, len(targets) - survivors) if targets else Count(failed=1)


@needs("demo")
def suite_bench(folder):
    """the bench in its short form: release"""
    code, printed = run([sys.executable, TOP / "tests" / "bench" / "run", "--short",
                         "--build", folder])
    show(printed)
    return Count(int(code == 0), int(code != 0))


def demo_says_that_a_port_is_taken():
    """Before it builds anything, with the port and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, printed = run([TOP / "deploy" / "demo", "--once", "--port", port], DEMO_TELLS_SECONDS)
    good = (code == 1 and f"порт {port} занят" in printed and "deploy/demo --port" in printed
            and "Собираю" not in printed)
    if not good:
        show(printed)
    return good


def suite_demo():
    """deploy/demo on a port that is taken, and --once, twice: release"""
    good = demo_says_that_a_port_is_taken()
    count = Count(int(good), int(not good))
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        code, printed = run([TOP / "deploy" / "demo", "--once", "--port", port])
        good = code == 0 and '"result_code": 0' in printed and "Наименование товара" in printed
        if not good:
            show(printed)
        count += Count(int(good), int(not good))
    return count


@needs("demo")
def suite_systemd(folder):
    """the units under a systemd of their own (only when named: needs root, cgroup2): release"""
    code, printed = run(["ninja", "-C", folder, *INSTALLED], BUILD_SECONDS)
    if code != 0:
        show(printed)
        return Count(failed=1)
    return python_tests(folder, *BOOT)


@needs("asan")
def suite_vendor(folder):
    """fptr10 with the vendor's library and kktsim, end to end too (only when named: fetches it)"""
    fetched = TOP / "build" / "vendor"
    given = os.environ.get("KKTD_VENDOR_LIBRARY")
    code, printed = (0, "") if given else run(
        [sys.executable, TOP / "tests" / "vendor" / "fetch_library.py", fetched])
    if code != 0:
        show(printed)  # "skipped: ...": what was not run has not passed
        return Count()
    count = meson_tests(folder, "--suite", "vendor")
    count += python_tests(folder, *ANY_KKT, *LIBRARY, *NATIVE, device="fptr10")
    return count


@needs("clang")
def suite_tidy(folder):
    """clang-tidy (only when named: it takes longer than all the others)"""
    tool = shutil.which("run-clang-tidy-14") or "run-clang-tidy-14"
    code, printed = run([tool, "-quiet", "-p", folder, "-j", CORES,
                         f"^{re.escape(str(TOP))}/(src|fiscal)/"], BUILD_SECONDS)
    if code != 0:  # what it found, not which files it has read
        show("\n".join(line for line in printed.splitlines()
                       if not re.match(r"\d+ warnings? generated|clang-tidy", line)))
    return Count(int(code == 0), int(code != 0))


SUITES = {name.removeprefix("suite_"): suite if isinstance(suite, Suite) else Suite(suite)
          for name, suite in list(globals().items()) if name.startswith("suite_")}
QUICK = ["format", "unit", "e2e", "atol"]
ONLY_NAMED = ("systemd", "vendor", "tidy")
WAITING = ("e2e", "atol", "serial")  # leave most of the processors idle


def start_ahead(names):
    """In the background, what these suites need."""
    needed = dict.fromkeys(suite.build for suite in map(SUITES.get, names) if suite.build)
    threading.Thread(target=build_ahead, args=(list(needed),), daemon=True).start()


def main():
    listing = "\n".join(f"  {name:8} {suite.__doc__}" for name, suite in SUITES.items())
    parser = argparse.ArgumentParser(
        prog="tests/run", formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"suites:\n{listing}\n  {'quick':8} one build: {', '.join(QUICK)}")
    parser.add_argument("suite", nargs="*",
                        help=f"all but {', '.join(ONLY_NAMED)}, if none is named")
    parser.add_argument("--vendor", action="store_true", help="the suite vendor, as if named")
    options = parser.parse_args()
    if options.vendor:
        options.suite.append("vendor")
    unknown = [name for name in options.suite if name not in (*SUITES, "quick")]
    if unknown:
        parser.error(f"no such suite: {', '.join(unknown)}")

    names = []
    for name in options.suite or [name for name in SUITES if name not in ONLY_NAMED]:
        names += QUICK if name == "quick" else [name]

    total = Count()
    names = list(dict.fromkeys(names))
    first_waiting = next(filter(WAITING.__contains__, names), None)
    for place, name in enumerate(names):
        if name == first_waiting:
            start_ahead(names[place:])
        print(f"== {name}: {SUITES[name].__doc__}", flush=True)
        started = time.monotonic()
        try:
            count = SUITES[name]()
        except BuildFailed:
            count = Count(failed=1)
        print(f"== {name}: {count}, {time.monotonic() - started:.0f} s", flush=True)
        total += count
    print(total)
    return int(total.failed != 0)


if __name__ == "__main__":
    sys.exit(main())
