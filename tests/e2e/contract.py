"""How existing callers read an answer: the 1C function of 2017, and what every POST is owed.

Every answer that any e2e test gets, nginx's own pages included, goes through here (harness.Client).
"""

import json
import re

IDENTIFIER = re.compile(r"[^\W\d]\w*", re.UNICODE)
OUTCOMES = ("done", "accepted", "refused", "unknown")
RETRIES = ("same", "fixed", "never", "operator")


class BrokenContract(AssertionError):
    """An answer that an existing caller could not have understood."""


def require(condition, why, answer):
    if not condition:
        raise BrokenContract(f"{why}: HTTP {answer.status} {answer.body[:2000]!r}")


def structure(pairs):
    """1C reads an object into a Структура: keys are identifiers, and equal whatever their case."""
    seen = set()
    for key, _ in pairs:
        if not IDENTIFIER.fullmatch(key):
            raise ValueError(f"«{key}» is no identifier")
        if key.casefold() in seen:
            raise ValueError(f"«{key}» stands twice")
        seen.add(key.casefold())
    return dict(pairs)


def parse(body):
    return json.loads(body.decode("utf-8"), object_pairs_hook=structure,
                      parse_constant=lambda text: int(text))


def read_as_in_2017(answer):
    """The 1C function of 2017: whatever the status, the body is parsed, result_code is compared
    with 0, and either check_number is stored or result_description is shown."""
    require(answer.body != b"", "an empty answer", answer)
    require(not 300 <= answer.status < 400, "a redirect", answer)
    try:
        read = parse(answer.body)
    except ValueError as error:
        raise BrokenContract(f"{error}: HTTP {answer.status} {answer.body[:2000]!r}") from error
    require(isinstance(read, dict), "not an object", answer)
    for key in ("check_number", "result_code"):
        require(type(read.get(key)) is int, f"{key} is not a number", answer)
    require(isinstance(read.get("result_description"), str), "no result_description", answer)
    require(read["result_description"].strip() != "", "an empty result_description", answer)
    if read["result_code"] == 0:
        return read["check_number"]
    return read["result_description"]


def check_post(answer):
    """Any answer to a POST, whoever gave it."""
    read_as_in_2017(answer)
    read = answer.json
    require(read.get("outcome") in OUTCOMES, "no outcome", answer)
    require((read["result_code"] == 0) == (read["outcome"] == "done"),
            "result_code 0 and done are one thing", answer)
    if read["outcome"] == "done":
        require(answer.status == 200, "done is 200", answer)
        # Of what an operator has decided nobody knows the number.
        require(read["check_number"] > 0 or read["fpd"] == read["time"] == "",
                "done without a number", answer)
    else:
        require(answer.status != 200 or read.get("test_mode") is True, "200 without a document",
                answer)
        require(read.get("retry") in RETRIES, "no advice on repeating", answer)
        require(read["check_number"] == 0, "a number without a document", answer)


def check(method, path, answer):
    """Every answer the harness gets."""
    require(answer.headers.get_all("Cache-Control") == ["no-store"],
            "to be kept by nobody, and said once", answer)
    if method in ("HEAD", "OPTIONS"):
        require(not 300 <= answer.status < 400, "a redirect", answer)
        return
    require("<html" not in answer.body[:2000].decode("utf-8", "replace").lower(), "HTML", answer)
    if method == "POST" and path.rstrip("/").endswith("/kkt"):
        check_post(answer)
    elif answer.headers.get("Content-Type", "").startswith("text/plain"):
        require(method == "GET" and re.fullmatch(r"/kkt/?", path), "text where JSON is due", answer)
    else:
        read_as_in_2017(answer)
