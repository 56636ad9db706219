"""Builds what is measured. Results are kept under a hash of what they are made
from, so that a second run builds only what changed."""

import hashlib
import os
import pathlib
import subprocess
import tempfile

from . import paths

WASI_LIBC = pathlib.Path("/usr/lib/wasm32-wasi")
NEWEST_CLANG, OLDEST_CLANG = 21, 14


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


def go(module, package, to, wasm=False, flags=()):
    """One Go command; what can be kept of it, Go's own cache does."""
    env = {"CGO_ENABLED": "0"}
    if wasm:
        env |= {"GOOS": "wasip1", "GOARCH": "wasm"}
    to.parent.mkdir(parents=True, exist_ok=True)
    run([paths.need("go"), "build", "-trimpath", *flags, "-o", to, package], cwd=paths.BENCH / module, env=env)
    return to


def go_program(entry):
    name, module = entry["name"], entry.get("from", "go")
    package = entry.get("package", f"./{name}")
    native = go(module, package, paths.OUT / "go/native" / name)
    return native, go(module, package, paths.OUT / "go/wasm" / name, wasm=True)


def c_program(entry):
    """gcc's -O2 is the reference, clang's makes the module."""
    name = entry["name"]
    source = paths.BENCH / "c" / f"{name}.c"
    sources = [source, paths.BENCH / "c" / "work.h"]
    gcc = paths.need("gcc")
    native = kept("c", f"{name}.native", [*sources, gcc], lambda to: run([gcc, "-O2", "-o", to, source, "-lm"]))
    clang = wasm_clang()
    flags = ["--target=wasm32-wasi", "-O2"]
    wasm = kept("c", f"{name}.wasm", [*sources, clang, *flags], lambda to: run([clang, *flags, "-o", to, source, "-lm"]))
    return native, wasm


def wasm_clang():
    versions = [f"clang-{version}" for version in range(NEWEST_CLANG, OLDEST_CLANG - 1, -1)]
    return paths.need(*versions, "clang")


def rust_program(entry):
    name = entry["name"]
    folder = paths.BENCH / "rust"
    common = ["build", "--release", "--locked", "--bin", name]
    native_dir, wasm_dir = paths.OUT / "rust/native", paths.OUT / "rust/wasm"
    run([paths.need("cargo"), *common, "--target-dir", native_dir], cwd=folder)
    command, env = wasm_cargo()
    run([*command, *common, "--target", "wasm32-wasip1", "--target-dir", wasm_dir, *rust_library(command)], cwd=folder, env=env)
    return native_dir / "release" / name, wasm_dir / "wasm32-wasip1/release" / f"{name}.wasm"


def rust_library(command):
    """Debian has the library's sources, not the library for WASI."""
    return ["-Zbuild-std=std,panic_abort"] if command == ["/usr/bin/cargo"] else []


def wasm_cargo():
    """The cargo on PATH if it can build for WASI, or else Debian's."""
    library = pathlib.Path(run([paths.need("rustc"), "--print", "target-libdir", "--target", "wasm32-wasip1"]).strip())
    if library.is_dir():
        return [paths.need("cargo")], {}
    if not pathlib.Path("/usr/bin/cargo").exists() or not pathlib.Path("/usr/lib/rustlib/src/rust/library").is_dir():
        raise Failed("no Rust library for wasm32-wasip1; `scripts/setup bench` installs one")
    linker = paths.need(*(f"wasm-ld-{version}" for version in range(NEWEST_CLANG, OLDEST_CLANG - 1, -1)), "wasm-ld")
    flags = (
        f"-Clink-self-contained=no -Clinker={linker} -Clink-arg={WASI_LIBC}/crt1-command.o "
        f"-Clink-arg=-L{WASI_LIBC} -Clink-arg=-lc -L{WASI_LIBC}"
    )
    env = {"RUSTC": "/usr/bin/rustc", "RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": flags, "PATH": "/usr/bin:/bin"}
    return ["/usr/bin/cargo"], env


def executable(wasmc, flags, wasm):
    """The module compiled by wasmc."""
    wasm = pathlib.Path(wasm)
    return kept("exe", wasm.stem, [wasmc, *flags, wasm], lambda to: run([wasmc, *flags, "--quiet", wasm, "-o", to]))
