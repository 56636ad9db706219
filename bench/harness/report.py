"""The table: what was measured as Markdown, with the goals first."""

import statistics

from . import goals
from .measure import geometric_mean

KIB = 1 << 10


def median(samples, what):
    return statistics.median(sample[what] for sample in samples)


def ratio(program, contender, base, what):
    """How many times the base's median this contender's is; None without both."""
    samples = program["samples"]
    if contender not in samples or base not in samples:
        return None
    return median(samples[contender], what) / median(samples[base], what)


def mean(programs, contender, base, what):
    """The geometric mean of that over the programs that both ran, and how many."""
    ratios = [value for program in programs if (value := ratio(program, contender, base, what)) is not None]
    return (geometric_mean(ratios), len(ratios)) if ratios else (None, 0)


def table(results, clock):
    what = f"{clock}_s"
    parts = [
        "# Benchmark\n",
        introduction(results, clock),
        "## Goals\n",
        goals.table(results, what),
        "## Run time\n",
        "Times the median time of native code (Go with GOMAXPROCS=1; gcc -O2; Rust --release). Less is better; - is missing, with the reason below.\n",
        run_times(results, what),
        "## Peak memory of Go programs\n",
        peaks(results),
    ]
    if "costs" in results:
        parts += cost_parts(results["costs"], what)
    parts.append(missing(results))
    return "\n".join(part for part in parts if part)


def introduction(results, clock):
    tools = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    kind = {"wall": "the clock's", "cpu": "CPU time, with all threads"}[clock]
    return (
        f"Medians of {results['runs']} runs with {results['percent']}% of each program's work, which take turns; "
        f"times are {kind}. The engines are timed without their compilation, native code and wasmc's executables with "
        f"their start. All outputs were compared. {tools}.\n\n"
        f"    make bench ARGS='{results['arguments']}'\n"
    )


def markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "| --- |" + " ---: |" * (len(header) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def groups(results):
    return list(dict.fromkeys(program["group"] for program in results["programs"]))


def run_times(results, what):
    others = [name for name in results["contenders"] if name != "native"]
    rows = []
    for group in groups(results):
        members = [program for program in results["programs"] if program["group"] == group]
        for program in members:
            native = program["samples"].get("native")
            time = "-" if native is None else f"{median(native, what) * 1e3:.0f} ms"
            rows.append([program["name"], time, *(number(ratio(program, name, "native", what)) for name in others)])
        rows.append(mean_row(f"**{group}**", members, others, what))
    go = [program for program in results["programs"] if program["language"] == "go"]
    rows.append(mean_row("**all of Go**", go, others, what))
    return markdown(["program", "native", *others], rows)


def mean_row(title, members, others, what):
    cells = []
    for name in others:
        value, count = mean(members, name, "native", what)
        of = "" if count in (0, len(members)) else f" ({count} of {len(members)})"
        cells.append(f"**{number(value)}**{of}")
    return [title, "", *cells]


def peaks(results):
    rows = []
    for program in results["programs"]:
        value = ratio(program, "wasmc", "native", "peak_kib")
        if program["language"] == "go" and value is not None:
            of = program["samples"]
            mib = [f"{median(of[name], 'peak_kib') / KIB:.1f}" for name in ("native", "wasmc")]
            rows.append([program["name"], *mib, number(value)])
    return markdown(["program", "native MiB", "wasmc MiB", "ratio"], rows)


def cost_parts(costs, what):
    return [
        "## Compiling\n",
        "wasmc with linking and writing the executable; wasmtime its compilation alone, and its memory without that of Python.\n",
        compiling(costs, what),
        "## Size of stripped Go executables\n",
        markdown(
            ["program", "native KiB", "wasmc KiB", "ratio"],
            [[name, *(f"{of[kind] / KIB:.0f}" for kind in ("native", "wasmc")), number(of["wasmc"] / of["native"])]
             for name, of in costs["sizes"].items()]),
        "## Start-up of hello\n",
        markdown(
            ["from", "native us", "wasmc us", "ratio"],
            [[name, *(f"{median(of[kind], what) * 1e6:.0f}" for kind in ("native", "wasmc")),
              number(median(of["wasmc"], what) / median(of["native"], what))]
             for name, of in costs["start_up"].items()]),
    ]


def compiling(costs, what):
    names = ["wasmc", "wasmc with a warm cache", "wasmtime"]
    rows = []
    for name, of in costs["compile"].items():
        samples = of["samples"]
        row = [name, f"{of['wasm_bytes'] / (1 << 20):.1f}"]
        for way in names:
            row.append(f"{median(samples[way], what):.2f}" if way in samples else "-")
        for way in ("wasmc", "wasmtime"):
            row.append(f"{compile_peak_kib(costs, samples, way) / KIB:.0f}" if way in samples else "-")
        rows.append(row)
    header = ["module", "MiB", *(f"{name} s" for name in names), "wasmc peak MiB", "wasmtime peak MiB"]
    return markdown(header, rows)


def compile_peak_kib(costs, samples, way):
    """wasmtime's is less by what Python takes, which is not the engine's."""
    peak = median(samples[way], "peak_kib")
    return peak - costs["python_kib"] if way == "wasmtime" else peak


def missing(results):
    reasons = {}
    for program in results["programs"]:
        for contender, reason in program["missing"].items():
            first = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
            reasons.setdefault((contender, first), []).append(program["name"])
    lines = [f"- {contender} for {', '.join(names)}: {reason}" for (contender, reason), names in reasons.items()]
    lines += [f"- {name} was not built: {reason.splitlines()[0]}" for name, reason in results["not_built"].items()]
    return "## Missing\n\n" + ("\n".join(lines) if lines else "Nothing.") + "\n"
