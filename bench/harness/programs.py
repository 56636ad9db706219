"""The programs of bench/programs.json, each built natively and for WASI."""

import dataclasses
import json
import pathlib
import re

from . import build, inputs, paths

LANGUAGES = ("go", "c", "rust")
GO_GROUPS = ("micro", "real")


@dataclasses.dataclass
class Program:
    name: str
    language: str
    group: str
    native: pathlib.Path
    wasm: pathlib.Path
    stdin: pathlib.Path
    # With {rounds:N} in them.
    words: list
    # What it is started in and granted, if it uses files.
    folder: pathlib.Path | None
    exit_status: int

    def arguments(self, percent):
        def rounds(match):
            return str(max(int(match[1]) * percent // 100, 1))

        return [re.sub(r"\{rounds:(\d+)\}", rounds, word) for word in self.words]


def listed():
    """All entries, each with its language."""
    text = json.loads((paths.BENCH / "programs.json").read_text())
    return [{"language": language, **entry} for language in LANGUAGES for entry in text[language]]


def select(entries, words):
    """The entries of which a word is the name, the group or the language."""
    keys = ("name", "group", "language")
    known = {entry[key] for entry in entries for key in keys} | {"all"}
    if unknown := [word for word in words if word not in known]:
        raise SystemExit(f"bench: no program or group {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    if not words or "all" in words:
        return entries
    return [entry for entry in entries if any(entry[key] in words for key in keys)]


def built(entries):
    """The programs of these entries, and what could not be built with the reason."""
    programs, missing = [], {}
    for entry in entries:
        try:
            programs.append(program(entry))
        except build.Failed as error:
            missing[entry["name"]] = str(error)
    return programs, missing


def program(entry):
    builder = {"go": build.go_program, "c": build.c_program, "rust": build.rust_program}[entry["language"]]
    native, wasm = builder(entry)
    return Program(
        name=entry["name"], language=entry["language"], group=entry["group"], native=native, wasm=wasm,
        stdin=inputs.standard_input(entry.get("stdin")),
        words=entry.get("arguments", ["{rounds:100}"]),
        folder=inputs.folder(entry["folder"]) if "folder" in entry else None,
        exit_status=entry.get("exit_status", 0),
    )
