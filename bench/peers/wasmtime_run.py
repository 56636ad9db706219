"""Runs a precompiled module in wasmtime and times the run
alone, or the compilation.

wasmtime_run.py --precompile MODULE TO
wasmtime_run.py MODULE FOLDER|- ARGUMENTS..."""

import contextlib
import importlib.metadata
import os
import sys
import time

import wasmtime

# As much as wasmtime's Python package allows: programs may recurse.
MAX_WASM_STACK_BYTES = 2 << 20


def engine():
    config = wasmtime.Config()
    config.max_wasm_stack = MAX_WASM_STACK_BYTES
    return wasmtime.Engine(config)


def precompile(path, to):
    with open(path, "rb") as file:
        code = file.read()
    with timed():
        compiled = wasmtime.Module(engine(), code).serialize()
    with open(to, "wb") as out:
        out.write(compiled)


@contextlib.contextmanager
def timed():
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    yield
    wall, cpu = time.perf_counter_ns() - wall, time.process_time_ns() - cpu
    with open(os.environ.get("BENCH_REPORT", os.devnull), "w") as report:
        report.write(f"{wall} {cpu}\n")


def run(path, folder, arguments):
    machine = engine()
    module = wasmtime.Module.deserialize_file(machine, path)
    store = wasmtime.Store(machine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["program", *arguments]
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    if folder != "-":
        wasi.preopen_dir(folder, folder)
        wasi.env = [("PWD", folder)]
    store.set_wasi(wasi)
    linker = wasmtime.Linker(machine)
    linker.define_wasi()
    status = 0
    with timed():
        instance = linker.instantiate(store, module)
        try:
            instance.exports(store)["_start"](store)
        except wasmtime.ExitTrap as end:
            status = end.code
    return status


if sys.argv[1] == "--version":
    print(importlib.metadata.version("wasmtime"))
elif sys.argv[1] == "--precompile":
    precompile(*sys.argv[2:])
else:
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
