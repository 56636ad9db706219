"""Times programs against each other, in turns so that a busy machine is fair to
both, and prints the medians. Called by scripts/bench: bench.py WASMC DIRECTORY."""

import os
import statistics
import subprocess
import sys
import time

import wasmtime

START_UPS = 500
COMPILATIONS = 5


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def spawn(path):
    pid = os.posix_spawn(path, [path], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status = os.waitpid(pid, 0)
    assert status == 0, f"{path}: wait status {status}"


def compare(what, unit, scale, times, actions):
    """Runs each action `times` times, in turns; all but the first turn count."""
    samples = {name: [] for name in actions}
    for turn in range(times + 1):
        for name, action in actions.items():
            elapsed = seconds(action)
            if turn > 0:
                samples[name].append(elapsed)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    first, second = medians
    print(f"{what} (median of {times})")
    for name, median in medians.items():
        print(f"  {name:24} {median * scale:9.1f} {unit}")
    print(f"  {first} takes {medians[first] / medians[second]:.2f}x the time of {second}")


def main():
    wasmc, directory = sys.argv[1:]
    compare("start-up of hello", "us", 1e6, START_UPS, {
        "wasmc": lambda: spawn(f"{directory}/hello-wasmc"),
        "static C": lambda: spawn(f"{directory}/hello-c"),
    })
    with open(f"{directory}/report.wasm", "rb") as file:
        wasm = file.read()
    command = [wasmc, f"{directory}/report.wasm", "-o", f"{directory}/report"]

    def compile_with_wasmtime():
        engine = wasmtime.Engine()
        wasmtime.Module(engine, wasm).serialize()

    compare(f"compiling go-report, {len(wasm) / 1e6:.1f} MB, on {os.cpu_count()} cores", "ms", 1e3, COMPILATIONS, {
        "wasmc": lambda: subprocess.run(command, check=True, capture_output=True),
        "wasmtime": compile_with_wasmtime,
    })


main()
