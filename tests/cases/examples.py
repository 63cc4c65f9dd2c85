#!/usr/bin/env python3
"""Keeps the examples of docs/api.md equal to the .case files that are run as tests.

  examples.py --check DOC   exits 1 if DOC does not show the cases as they are
  examples.py --write DOC   writes them
"""

import pathlib
import sys

CASES = pathlib.Path(__file__).resolve().parent
BEGIN = "<!-- examples: written by tests/cases/examples.py -->\n"
END = "<!-- end of examples -->\n"
DIRECTIVES = {
    "clock": "*The clock of KKT and host: {}.*",
    "advance": "*{} seconds pass.*",
    "faults": "*The KKT: `{}`.*",
    "kkt": "*kktd is started anew with `{}` in the KKT's configuration.*",
    "restart": "*kktd is started anew.*",
    "eventually": "*A little later:*",
    "documents": "*Fiscal documents in the KKT's storage: {}.*",
}
# A header of the cases alone: they do not sit out the answer deadline.
LEAVE = "Leave: yes"
LEFT = "*Not registered until the answer deadline:*"


def directive(line):
    name, _, argument = line[1:].partition(" ")
    if name == "faults" and not argument:
        return "*The KKT is well again.*"
    return DIRECTIVES[name].format(argument)


def example(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    title, rest = [], list(lines)
    while rest and rest[0]:
        title.append(rest.pop(0))
    out = [f"### {path.stem.replace('_', ' ')}", "", *title, ""]
    block = []
    left = False

    def close():
        if block:
            while block and not block[-1]:
                block.pop()
            out.extend(["```http", *block, "```", ""])
            block.clear()

    for line in rest:
        if line.startswith("@"):
            close()
            out.extend([directive(line), ""])
        elif line.startswith("== "):
            close()
            block.append(line[3:])
        elif line.startswith("-- "):
            close()
            if left:
                out.extend([LEFT, ""])
                left = False
            block.append("HTTP " + line[3:])
        elif line == LEAVE:
            left = True
        elif block:
            block.append(line)
    close()
    return "\n".join(out)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("--check", "--write"):
        sys.exit(__doc__)
    document = pathlib.Path(sys.argv[2])
    text = document.read_text(encoding="utf-8")
    before, begin, middle = text.partition(BEGIN)
    _, end, after = middle.partition(END)
    if not begin or not end:
        sys.exit(f"{document}: the markers of the examples are not there")
    examples = "\n".join(example(path) for path in sorted(CASES.glob("*.case")))
    wanted = f"{before}{BEGIN}\n{examples}\n{END}{after}"
    if sys.argv[1] == "--write":
        document.write_text(wanted, encoding="utf-8")
    elif wanted != text:
        sys.exit(f"{document} does not show the cases as they are: "
                 f"run tests/cases/examples.py --write {document}")


main()
