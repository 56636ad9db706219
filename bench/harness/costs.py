"""What an executable costs beside its run time: compiling, its size, its start."""

import pathlib
import tempfile

from . import build, contenders, measure, paths

# A small, a usual, a large and the largest module.
COMPILED = ("coremark", "fib", "templates", "gojq", "tsgo")
STRIPPED = ["-ldflags=-s -w -buildid="]
START_UPS = 200


def measured(compiler, built, options):
    by_name = {program.name: program for program in built}
    modules = {name: by_name[name].wasm for name in COMPILED if name in by_name}
    return {
        "compile": {name: compilation(compiler, wasm, options) for name, wasm in modules.items()},
        "python_kib": python_kib(),
        "sizes": sizes(compiler),
        "start_up": start_up(compiler),
    }


def compilation(compiler, wasm, options):
    """Samples of each way to compile one module, in turns. wasmtime's time is of
    the compilation alone; wasmc's of the whole command, with linking and writing."""
    with tempfile.TemporaryDirectory() as scratch:
        to = pathlib.Path(scratch) / "out"
        wasmc = [compiler, "--quiet", wasm, "-o", to]
        ways = {"wasmc": (wasmc, False)}
        if "--cache" in build.run([compiler, "--help"]):
            warm = [*wasmc, "--cache", pathlib.Path(scratch) / "cache"]
            build.run(warm)
            ways["wasmc with a warm cache"] = (warm, False)
        try:
            ways["wasmtime"] = ([*contenders.wasmtime_command(), "--precompile", wasm, to], True)
        except contenders.Missing as error:
            print(f"compile time: wasmtime missing: {error}")
        samples = {name: [] for name in ways}
        for _ in range(min(options.runs, 3) if wasm.stat().st_size > 20 << 20 else options.runs):
            for name, (command, times_itself) in ways.items():
                samples[name].append(vars(measure.run(command, times_itself=times_itself)[0]))
        return {"wasm_bytes": wasm.stat().st_size, "samples": samples}


def python_kib():
    """Of what wasmtime's peak memory is less: Python and the loaded engine."""
    try:
        return measure.run([*contenders.wasmtime_command(), "--version"])[0].peak_kib
    except contenders.Missing:
        return None


def sizes(compiler):
    """Bytes of stripped executables of Go: wasmc's and the native one."""
    result = {}
    for name, module, package in (("go-hello", "../examples/go-hello", "."), ("jsons", "go", "./jsons")):
        folder = paths.OUT / "stripped"
        native = build.go(module, package, folder / f"{name}.native", flags=STRIPPED)
        wasm = build.go(module, package, folder / f"{name}.wasm", wasm=True, flags=STRIPPED)
        own = build.executable(compiler, ["--strip"], wasm)
        result[name] = {"wasmc": own.stat().st_size, "native": native.stat().st_size}
    return result


def start_up(compiler):
    """Samples of programs that say hello, in turns: from wat, C and Go, each
    beside the native program."""
    hello_c = paths.BENCH / "c" / "hello" / "hello.c"
    clang, gcc = build.wasm_clang(), paths.need("gcc")
    wasm_c = build.kept("c", "hello.wasm", [hello_c, clang], lambda to: build.run([clang, "--target=wasm32-wasi", "-O2", "-o", to, hello_c]))
    native_c = build.kept("c", "hello.native", [hello_c, gcc], lambda to: build.run([gcc, "-O2", "-static", "-o", to, hello_c]))
    folder = paths.OUT / "stripped"
    pairs = {
        "wat": (build.executable(compiler, [], paths.ROOT / "examples/hello/hello.wat"), native_c),
        "c": (build.executable(compiler, [], wasm_c), native_c),
        "go": (build.executable(compiler, ["--strip"], folder / "go-hello.wasm"), folder / "go-hello.native"),
    }
    samples = {name: {"wasmc": [], "native": []} for name in pairs}
    for _ in range(START_UPS):
        for name, pair in pairs.items():
            for kind, command in zip(("wasmc", "native"), pair):
                samples[name][kind].append(vars(measure.run([command], env={"GOMAXPROCS": "1"})[0]))
    return samples
