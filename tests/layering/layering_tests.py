#!/usr/bin/env python3
"""Proves that the build keeps the rooms apart: layering_tests.py BUILD_FOLDER

For each room the real compile command of one of its sources is taken from the build folder and
given another source with one #include. A header of a room that is no dependency must not be found;
one of the room itself must be.
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]

ROOMS = {room: folder for room, folder in {
    "fiscal": TOP / "fiscal",
    **{room: TOP / "src" / room
       for room in ("base", "port", "driver", "journal", "engine", "api", "front", "settings", "sim")},
}.items() if any(folder.glob("*.hpp"))}

# What a room may include besides itself; everything else must not even be found.
ALLOWED = {
    "fiscal": set(),
    "base": set(),
    "port": {"base"},
    "driver": {"fiscal", "port", "base"},
    "journal": {"fiscal", "base"},
    "engine": {"fiscal", "journal", "driver", "port", "base"},
    "api": {"fiscal", "base"},
    "front": {"fiscal", "api", "engine", "base"},
    "sim": {"fiscal", "driver", "port", "base"},
    "settings": {"fiscal", "api", "engine", "front", "journal", "driver", "port", "base"},
}

# Headers that have a home: pattern of the header, files that may include it.
HOMES = [
    (r"fcgiapp\.h|fcgi_stdio\.h|fastcgi\.h|fcgi_config\.h", r"src/front/fcgi_connection\.cpp"),
    (r"boost/log/.*", r"src/base/log\.cpp"),
    (r"sqlite3\.h", r"src/journal/.*"),
    (r"nettle/.*", r"src/base/.*"),
    (r"boost/json.*", r"src/(api|base|settings|front|sim|tool|main)\b.*"),
]
# fiscal computes; it does no I/O, has no clock, no threads, no locale and needs nothing but std and
# Boost.System.
FISCAL_BANNED = (r"thread|mutex|shared_mutex|condition_variable|atomic|future|fstream|iostream|"
                 r"sstream|istream|ostream|filesystem|locale|cstdio|ctime|random|"
                 r"boost/(?!system/).*|.*\.h")

# Files near money in which double may be named, and why.
FLOATING = {
    # The vendor's library takes sums as double: made and checked in one file, carried by two.
    *(f"src/driver/fptr10/{name}"
      for name in ("amount.hpp", "amount.cpp", "message.hpp", "message.cpp",
                   "child/library.hpp", "child/library.cpp")),
    # The JSON parser hands out each number as double too; only its digits are taken.
    "src/api/json_tree.cpp",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)
NOT_FOUND = re.compile(r"No such file or directory|file not found")


def sources(*folders):
    for folder in folders:
        for path in sorted((TOP / folder).rglob("*.[ch]pp")):
            yield path


def homeless(includes_of):
    """(file, header) of each include that is outside its header's home."""
    return [(name, header)
            for name, headers in includes_of.items() for header in headers
            for pattern, home in HOMES
            if re.fullmatch(pattern, header) and not re.fullmatch(home, name)]


def impure(headers):
    return [header for header in headers if re.fullmatch(FISCAL_BANNED, header)]


def floating(text):
    """(number, line) of each line whose code, not its comment or a text, names a floating type."""
    for number, line in enumerate(text.splitlines(), 1):
        code = re.sub(r'//.*|"(\\.|[^"\\])*"', "", line)
        if re.search(r"\b(double|float)\b", code):
            yield number, line.strip()


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


class Rooms(unittest.TestCase):
    """One test for each pair of rooms is added below."""

    build = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kktd-layering-")
        cls.commands = {}
        for entry in json.loads((cls.build / "compile_commands.json").read_text()):
            source = (cls.build / entry["file"]).resolve()
            for room, folder in ROOMS.items():
                if source.parent == folder:
                    cls.commands.setdefault(room, entry)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def compile(self, room, header):
        """Compiles a source of `room` that includes `header`; the compiler's complaint, or ""."""
        self.assertIn(room, self.commands, "no source of the room is built")
        entry = self.commands[room]
        planted = pathlib.Path(self.folder.name) / "planted.cpp"
        planted.write_text(f'#include "{header}"\n')
        words = shlex.split(entry["command"])
        words = [str(planted) if word == entry["file"] else word for word in words]
        self.assertIn(str(planted), words)
        for option in ("-o", "-MF", "-MQ"):
            at = words.index(option)
            del words[at:at + 2]
        words = [word for word in words if word not in ("-c", "-MD", "-MMD")]
        done = subprocess.run([*words, "-fsyntax-only"], cwd=self.build, text=True,
                              stderr=subprocess.PIPE, timeout=120, check=False)
        return done.stderr if done.returncode else ""


def forbidden(room, other):
    def test(self):
        header = header_of(other)
        complaint = self.compile(room, header)
        self.assertNotEqual(complaint, "", f"{room} was able to include {header}")
        self.assertRegex(complaint, NOT_FOUND)
    return test


def own(room):
    def test(self):
        self.assertEqual(self.compile(room, header_of(room)), "")
    return test


def header_of(room):
    return f"{room}/{min(ROOMS[room].glob('*.hpp')).name}"


for room in ROOMS:
    setattr(Rooms, f"test_{room}_sees_itself", own(room))
    for other in ROOMS.keys() - ALLOWED[room] - {room}:
        setattr(Rooms, f"test_{room}_does_not_see_{other}", forbidden(room, other))


class Headers(unittest.TestCase):
    def test_third_party_headers_stay_at_home(self):
        found = {str(path.relative_to(TOP)): includes(path) for path in sources("fiscal", "src")}
        self.assertEqual(homeless(found), [])

    def test_a_header_away_from_home_is_noticed(self):
        planted = {"src/engine/engine.cpp": ["sqlite3.h", "vector"],
                   "src/front/router.cpp": ["fcgiapp.h"],
                   "fiscal/money.cpp": ["boost/json.hpp", "boost/log/core.hpp"],
                   "src/journal/sqlite.cpp": ["sqlite3.h"]}
        self.assertEqual(sorted(homeless(planted)),
                         [("fiscal/money.cpp", "boost/json.hpp"),
                          ("fiscal/money.cpp", "boost/log/core.hpp"),
                          ("src/engine/engine.cpp", "sqlite3.h"),
                          ("src/front/router.cpp", "fcgiapp.h")])

    def test_fiscal_is_pure(self):
        found = {str(path.relative_to(TOP)): impure(includes(path)) for path in sources("fiscal")}
        self.assertEqual({name: bad for name, bad in found.items() if bad}, {})

    def test_an_impure_include_is_noticed(self):
        self.assertEqual(impure(["fiscal/money.hpp", "vector", "thread", "sys/socket.h",
                                 "boost/system/result.hpp", "boost/json.hpp"]),
                         ["thread", "sys/socket.h", "boost/json.hpp"])

    def test_no_floating_point_near_money(self):
        found = {}
        for path in sources("fiscal", "src/driver", "src/journal", "src/engine", "src/api"):
            if lines := list(floating(path.read_text(encoding="utf-8"))):
                found[str(path.relative_to(TOP))] = lines
        self.assertEqual({name: lines for name, lines in found.items() if name not in FLOATING}, {})
        self.assertLessEqual(FLOATING, found.keys(), "allowed where there is none")

    def test_floating_point_is_noticed(self):
        planted = """int doubled; // a double
                     // float
                     log("a double");
                     double total = 0.1;
                     std::vector<float> sums;"""
        self.assertEqual([number for number, _ in floating(planted)], [4, 5])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    Rooms.build = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
