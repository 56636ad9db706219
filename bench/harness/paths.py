"""Where things are."""

import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
OUT = TARGET / "bench"
TOOLS = TARGET / "tools" / "bin"


def tool(*names):
    """The first of the programs that PATH or `make setup` has, or None."""
    path = os.environ.get("PATH", os.defpath) + os.pathsep + str(TOOLS)
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def need(*names):
    found = tool(*names)
    if found is None:
        raise SystemExit(f"bench: {' or '.join(names)} is not on PATH; `scripts/setup bench` installs it")
    return found


def wasmc():
    path = pathlib.Path(os.environ.get("WASMC", TARGET / "release" / "wasmc"))
    if not path.is_file():
        raise SystemExit(f"bench: {path} is not there; run `make build`, or set WASMC")
    return path.resolve()
