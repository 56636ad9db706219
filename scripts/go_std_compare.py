"""Runs single tests of Go's standard library in wasmc's executables, wasmtime
and wazero, with the same grants, and says where each fails. Called by
scripts/go-std-compare: go_std_compare.py WASMC [PACKAGE TEST ...]."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

EXCEPTIONS = pathlib.Path("tests/go_std/exceptions.txt")
TIME_LIMIT_S = 300
# The same for all three: everything, and the variables that the tests use.
VARIABLES = ["PATH", "PWD", "TMPDIR"]


def main():
    if sys.argv[1] == "--wasmtime":
        return run_in_wasmtime(sys.argv[2], sys.argv[3:])
    wasmc, *words = sys.argv[1:]
    root = pathlib.Path(output("go", "env", "GOROOT"))
    print(f"{output('go', 'version')}; wasmtime {wasmtime_version()}; wazero {output('wazero', 'version')}")
    if words:
        cases = [(package, test, "") for package, test in zip(words[::2], words[1::2], strict=True)]
    else:
        cases = exceptions()
        print(f"{len(cases)} exceptions in {EXCEPTIONS}")
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        for package, test, reason in cases:
            outcomes = compare(wasmc, root / "src" / package, package, test, pathlib.Path(directory))
            verdict = judge(root, reason, outcomes)
            wrong += verdict != ""
            shown = ", ".join(f"{runtime} {outcome}" for runtime, outcome in outcomes.items())
            print(f"{package} {test}: {shown}{verdict}")
    return 1 if wrong else 0


def exceptions():
    """PACKAGE, TEST and the reason of each line."""
    lines = EXCEPTIONS.read_text().splitlines()
    return [line.split(None, 2) for line in lines if line.strip() and not line.startswith("#")]


def judge(root, reason, outcomes):
    """What is wrong with an exception; of other tests nothing is asked."""
    kind, _, rest = reason.partition(" ")
    is_elsewhere = kind == "missing" and (root / rest).exists()
    if reason == "" or is_elsewhere or "no such test" in outcomes.values():
        return ""
    if outcomes["wasmc"] != "FAIL":
        return "; NEEDS NO EXCEPTION"
    if kind == "cited":
        place, _, text = rest.partition(" ")
        source = root / "src" / place.split(":")[0]
        return "" if text and text in source.read_text() else f"; {source} DOES NOT SAY \"{text}\""
    runtimes = ["wasmtime", "wazero"] if kind == "missing" else kind.split(",")
    passing = [runtime for runtime in runtimes if outcomes.get(runtime) != "FAIL"]
    return f"; DOES NOT FAIL in {', '.join(passing)}" if passing else ""


def compare(wasmc, source, package, test, directory):
    module, app = directory / "test.wasm", directory / "app"
    go = {**os.environ, "GOOS": "wasip1", "GOARCH": "wasm"}
    subprocess.run(["go", "test", "-c", "-o", module, package], cwd=source, env=go, check=True)
    grants = ["--dir", "/", "--env", "PATH", "--env", "TMPDIR"]
    subprocess.run([wasmc, module, "-o", app, *grants], check=True, capture_output=True)
    environment = {"PATH": os.environ["PATH"], "PWD": str(source), "TMPDIR": str(directory)}
    variables = [flag for name in VARIABLES for flag in ("-env", f"{name}={environment[name]}")]
    runtimes = {
        "wasmc": [app],
        "wasmtime": [sys.executable, os.path.abspath(__file__), "--wasmtime", module],
        "wazero": ["wazero", "run", "-mount=/:/", *variables, module],
    }
    return {name: outcome(command, source, environment, test) for name, command in runtimes.items()}


def outcome(command, source, environment, test):
    """PASS, SKIP, FAIL (also by a crash or too much time), or that there is no such test."""
    pattern = "/".join(f"^{level}$" for level in test.split("/"))
    flags = ["-test.short", "-test.v=test2json", f"-test.run={pattern}"]
    try:
        result = subprocess.run([*command, *flags], cwd=source, env=environment, capture_output=True,
                                stdin=subprocess.DEVNULL, timeout=TIME_LIMIT_S)
    except subprocess.TimeoutExpired:
        return "FAIL"
    said = re.search(rb"\x16\s*--- (PASS|SKIP|FAIL): " + re.escape(test.encode()) + rb" ", result.stdout)
    if said:
        return said.group(1).decode()
    return "no such test" if result.returncode == 0 else "FAIL"


def run_in_wasmtime(module, args):
    import wasmtime

    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = [module, *args]
    wasi.env = [(name, os.environ[name]) for name in VARIABLES]
    wasi.preopen_dir("/", "/")
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, module))
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as exit_trap:
        return exit_trap.code
    return 0


def wasmtime_version():
    from importlib.metadata import version

    return version("wasmtime")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
