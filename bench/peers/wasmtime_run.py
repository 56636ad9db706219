"""Runs a precompiled module in wasmtime and times the run alone.

wasmtime_run.py --precompile MODULE TO
wasmtime_run.py MODULE FOLDER|- ARGUMENTS..."""

import importlib.metadata
import os
import sys
import time

import wasmtime



def engine():
    config = wasmtime.Config()
    config.max_wasm_stack = 4 << 20
    return wasmtime.Engine(config)


def precompile(path, to):
    with open(path, "rb") as file, open(to, "wb") as out:
        out.write(wasmtime.Module(engine(), file.read()).serialize())


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
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    instance = linker.instantiate(store, module)
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as end:
        status = end.code
    wall, cpu = time.perf_counter_ns() - wall, time.process_time_ns() - cpu
    with open(os.environ["BENCH_REPORT"], "w") as report:
        report.write(f"{wall} {cpu}\n")
    return status


if sys.argv[1] == "--version":
    print(importlib.metadata.version("wasmtime"))
elif sys.argv[1] == "--precompile":
    precompile(*sys.argv[2:])
else:
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
