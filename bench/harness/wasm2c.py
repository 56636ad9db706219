"""Modules through wasm2c and gcc -O2, with a shim for WASI. That takes gcc
minutes for a Go program, so what failed or took too long is remembered too."""

import os
import pathlib

from . import build, paths

SOURCES = pathlib.Path("/usr/src/wasm2c")
SHIM = paths.BENCH / "peers" / "wasi_shim.c"
TIME_LIMIT_S = int(os.environ.get("BENCH_WASM2C_LIMIT_S", "1200"))
# gcc needs some 0.3 GB of memory for each MB of such a module.
MODULE_BYTES_MAX = 12 << 20


def executable(wasm):
    translator = paths.tool("wasm2c")
    if translator is None or not SOURCES.is_dir():
        raise build.Failed("wasm2c is not installed; `scripts/setup bench` installs Debian's wabt")
    wasm = pathlib.Path(wasm)
    size = wasm.stat().st_size
    if size > MODULE_BYTES_MAX:
        raise build.Failed(f"a module of {size >> 20} MiB; gcc -O2 is given at most {MODULE_BYTES_MAX >> 20}")
    ingredients = [wasm, SHIM, build.run([translator, "--version"]), TIME_LIMIT_S]
    path = build.kept("wasm2c", wasm.stem, ingredients, lambda to: make(translator, wasm, to))
    if not os.access(path, os.X_OK):
        raise build.Failed(path.read_text())
    return path


def make(translator, wasm, to):
    folder = to.parent / "c"
    folder.mkdir()
    try:
        build.run([translator, "--module-name=guest", wasm, "-o", folder / "guest.c"])
        build.run(
            [paths.need("gcc"), "-O2", "-w", "-o", to, folder / "guest.c", SHIM, SOURCES / "wasm-rt-impl.c",
             f"-I{folder}", f"-I{SOURCES}", "-lm"],
            time_limit_s=TIME_LIMIT_S)
    except build.Failed as error:
        to.write_text(f"wasm2c + gcc -O2: {error}")
