"""Who runs the programs: native code, wasmc's executables, and the peers. Each
is ready for a program or says why it is missing."""

import concurrent.futures
import os
import pathlib
import re

from . import build, measure, paths, wasm2c

PEERS = paths.BENCH / "peers"
# Of peers that are slow, and that no goal is about.
SLOW_TURNS = 3
# Less than the 8 MiB that a thread has by default.
NODE_STACK_KIB = 7000
WAZERO_VERSION = re.compile(r"wazero (v\S+)")


class Missing(Exception):
    """A contender that cannot run a program; the text says why."""


class Native:
    """Go with GOMAXPROCS=1, and C and Rust with -O2 and --release."""

    name = "native"
    turns_max = None

    def run(self, program, percent):
        return measure.run(
            [program.native, *program.arguments(percent)], program.stdin, program.folder,
            {"GOMAXPROCS": "1"}, program.exit_status)


class Wasmc:
    turns_max = None

    def __init__(self, name, compiler, flags=()):
        self.name, self.compiler, self.flags = name, compiler, list(flags)

    def run(self, program, percent):
        grants = ["--dir", "."] if program.folder else []
        executable = build.executable(self.compiler, [*self.flags, *grants], program.wasm)
        return measure.run(
            [executable, *program.arguments(percent)], program.stdin, program.folder, exit_status=program.exit_status)


class Wasm2c:
    name = "wasm2c"
    turns_max = None

    def __init__(self, only):
        self.only = only

    def prepare(self, programs):
        """Builds for several programs at once: gcc takes one CPU and minutes each."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.executable_or_reason, programs))

    def executable_or_reason(self, program):
        if self.only is not None and program.name not in self.only:
            return Missing("not asked for by --wasm2c")
        if program.folder:
            return Missing("the shim of WASI for wasm2c has no files")
        try:
            return wasm2c.executable(program.wasm)
        except build.Failed as error:
            return Missing(str(error))

    def run(self, program, percent):
        executable = self.executable_or_reason(program)
        if isinstance(executable, Missing):
            raise executable
        return measure.run([executable, *program.arguments(percent)], program.stdin, exit_status=program.exit_status)


class Engine:
    """An engine that compiles first and then times the run alone."""

    def __init__(self, name, command, prepare=lambda wasm: wasm, turns_max=None):
        self.name, self.command, self.prepare, self.turns_max = name, command, prepare, turns_max

    def run(self, program, percent):
        folder = [str(program.folder)] if program.folder else []
        command = [*self.command(), self.prepare(program.wasm), *(folder or ["-"]), *program.arguments(percent)]
        env = {"NODE_NO_WARNINGS": "1", "BENCH_CACHE": str(paths.OUT / "wazero")}
        return measure.run(command, program.stdin, program.folder, env, program.exit_status, times_itself=True)


def wasmtime():
    return Engine("wasmtime", wasmtime_command, precompiled)


def wasmtime_command():
    python = paths.TOOLS / "python"
    if not python.exists():
        raise Missing(f"no {python}; `scripts/setup bench` makes it")
    return [python, PEERS / "wasmtime_run.py"]


def precompiled(wasm):
    python, script = wasmtime_command()
    version = build.run([python, script, "--version"])

    def make(to):
        build.run([python, script, "--precompile", wasm, to])

    return build.kept("wasmtime", pathlib.Path(wasm).stem, [version, pathlib.Path(wasm)], make)


def node():
    return Engine("node", lambda: [found("node", "nodejs"), f"--stack-size={NODE_STACK_KIB}", PEERS / "node_run.mjs"],
                  turns_max=SLOW_TURNS)


def found(*names):
    path = paths.tool(*names)
    if path is None:
        raise Missing(f"{names[0]} is not on PATH; `scripts/setup bench` installs it where apt has it")
    return path


def wazero():
    def command():
        try:
            return [build.go("peers/wazero", ".", paths.OUT / "tools/wazero-run")]
        except build.Failed as error:
            raise Missing(f"wazero's runner was not built: {error}") from None

    return Engine("wazero", command, turns_max=SLOW_TURNS)


def without_intrinsics(compiler):
    """wasmc without them, if it has any."""
    flags = [f"--no-opt={name}" for name in optimisations(compiler) if name.startswith("intrinsic")]
    return [Wasmc("wasmc without intrinsics", compiler, flags)] if flags else []


def optimisations(compiler):
    """The names that --no-opt knows."""
    text = build.run([compiler, "--help"])
    section = text[text.index("--no-opt"):]
    return re.search(r"possible values: ([^\]]*)\]", section)[1].replace(",", " ").split()


def turn(contender, program, percent):
    """One run, where any failure to get that far is a contender that is missing."""
    try:
        return contender.run(program, percent)
    except build.Failed as error:
        raise Missing(str(error)) from None


def versions():
    """What the machine and the tools are, for the report."""
    ask = {
        "Go": [paths.tool("go"), "version"],
        "gcc": [paths.tool("gcc"), "-dumpfullversion"],
        "clang": [build.wasm_clang(), "--version"],
        "wasmtime": [paths.TOOLS / "python", PEERS / "wasmtime_run.py", "--version"],
        "wabt": [paths.tool("wasm2c"), "--version"],
        "node": [paths.tool("node", "nodejs"), "--version"],
    }
    told = {}
    for name, command in ask.items():
        try:
            told[name] = build.run(command).splitlines()[0].strip() if command[0] else "missing"
        except (build.Failed, OSError):
            told[name] = "missing"
    told["wazero"] = WAZERO_VERSION.search((PEERS / "wazero/go.mod").read_text())[1]
    told["CPUs"] = str(os.cpu_count())
    return told
