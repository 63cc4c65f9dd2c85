#!/usr/bin/env python3
"""Takes the vendor's libfptr10.so for the vendor suite from an npm package into a folder of the
build. It is never part of kktd: neither committed nor shipped."""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "node-atol-wrapper@0.0.20"  # libfptr10 10.8.0.0; later ones need a service of the vendor
MEMBER = "package/src/linux-x64/libfptr10.so"
SHA256 = "f31c09bc847dca37bd2923772c7d7b03d67c87409cfbaa73079f51fb5c0b8df9"
SECONDS = 300


class NotFetched(Exception):
    """Why there is no library."""


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(folder):
    """The path of the library in `folder`; fetched unless it is there already."""
    library = pathlib.Path(folder) / "libfptr10.so"
    if library.exists() and digest(library) == SHA256:
        return library
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is not installed")
    with tempfile.TemporaryDirectory() as place:
        try:
            done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=place, check=False,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=SECONDS)
        except subprocess.TimeoutExpired as late:
            raise NotFetched(f"npm pack {PACKAGE}: not within {SECONDS} s") from late
        if done.returncode != 0:
            raise NotFetched(f"npm pack {PACKAGE}: {done.stderr.strip()[-300:]}")
        archive = pathlib.Path(place) / done.stdout.strip().splitlines()[-1]
        library.parent.mkdir(parents=True, exist_ok=True)
        fresh = library.with_suffix(".new")
        with tarfile.open(archive) as package, fresh.open("wb") as file:
            shutil.copyfileobj(package.extractfile(MEMBER), file)
    if digest(fresh) != SHA256:
        fresh.unlink()
        raise NotFetched(f"{PACKAGE}: {MEMBER} is not the library it was")
    fresh.replace(library)
    return library


if __name__ == "__main__":
    try:
        print(fetch(sys.argv[1]))
    except NotFetched as why:
        sys.exit(f"skipped: {why}")
