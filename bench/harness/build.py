"""Builds what is measured. Results are kept under a hash of what they are made
from, so that a second run builds only what changed."""

import hashlib
import os
import pathlib
import subprocess
import tempfile

from . import paths


class Failed(Exception):
    """A build that did not succeed; the text says why."""


def run(command, cwd=None, env=None, time_limit_s=None):
    command = [str(word) for word in command]
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**os.environ, **(env or {})}, timeout=time_limit_s,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{pathlib.Path(command[0]).name} took longer than {time_limit_s} s") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout[-2000:]}")
    return done.stdout


def kept(kind, name, ingredients, make):
    """The file that `make(path)` writes, made again only when the ingredients
    change: texts, or paths of files whose content counts."""
    digest = hashlib.sha256()
    for ingredient in ingredients:
        if isinstance(ingredient, pathlib.Path):
            digest.update(ingredient.read_bytes())
        else:
            digest.update(str(ingredient).encode())
        digest.update(b"\0")
    folder = paths.OUT / kind
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{digest.hexdigest()[:16]}"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            made = pathlib.Path(scratch) / name
            make(made)
            made.rename(path)
    return path


def launcher():
    source = paths.BENCH / "harness" / "launch.c"
    cc = paths.need("cc", "gcc")
    return kept("tools", "launch", [source, cc], lambda to: run([cc, "-O2", "-static", "-o", to, source]))


def go(folder, packages, to, wasm, flags=()):
    """Builds Go commands into a folder, one file each, named as its package."""
    env = {"CGO_ENABLED": "0"}
    if wasm:
        env |= {"GOOS": "wasip1", "GOARCH": "wasm"}
    to.mkdir(parents=True, exist_ok=True)
    run([paths.need("go"), "build", "-trimpath", *flags, "-o", f"{to}/", *packages], cwd=folder, env=env)


def executable(wasmc, flags, wasm):
    """The module compiled by wasmc."""

    def make(to):
        run([wasmc, *flags, "--quiet", wasm, "-o", to])

    return kept("exe", pathlib.Path(wasm).name, [wasmc, *flags, pathlib.Path(wasm)], make)
