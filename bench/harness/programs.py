"""The programs of bench/programs.json, and the input that they read."""

import dataclasses
import json
import pathlib
import subprocess

from . import build, paths

GROUPS = ("micro", "real")


@dataclasses.dataclass
class Program:
    name: str
    group: str
    stdin: pathlib.Path
    native: pathlib.Path
    wasm: pathlib.Path


def listed(language):
    return json.loads((paths.BENCH / "programs.json").read_text())[language]


def select(entries, words):
    """The entries that are named, or whose group is; all if there are no words."""
    known = {entry[key] for entry in entries for key in ("name", "group")} | {"all"}
    if unknown := [word for word in words if word not in known]:
        raise SystemExit(f"bench: no program or group {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    if not words or "all" in words:
        return entries
    return [entry for entry in entries if entry["name"] in words or entry["group"] in words]


def go_programs(words):
    """Those of bench/go, built natively and for WASI."""
    entries = select(listed("go"), words)
    packages = [f"./{entry['name']}" for entry in entries]
    for kind in ("native", "wasm"):
        build.go(paths.BENCH / "go", packages, paths.OUT / "go" / kind, wasm=kind == "wasm")
    return [
        Program(
            entry["name"], entry["group"], standard_input(entry.get("stdin")),
            paths.OUT / "go/native" / entry["name"], paths.OUT / "go/wasm" / entry["name"],
        )
        for entry in entries
    ]


def standard_input(kind):
    return {None: lambda: pathlib.Path("/dev/null"), "gosource": go_source}[kind]()


def go_source():
    """The packages below go/ of Go's standard library, as bench/go/gosource reads
    them; which files these are depends on the Go that is here."""
    root = pathlib.Path(subprocess.run([paths.need("go"), "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip())
    files = [file for file in sorted(root.glob("src/go/*/*.go")) if not file.name.endswith("_test.go")]

    def make(to):
        with to.open("wb") as out:
            for file in files:
                text = file.read_bytes()
                out.write(f"{file.relative_to(root / 'src')} {len(text)}\n".encode() + text)

    return build.kept("input", "gosource", files, make)
