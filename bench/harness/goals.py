"""What the benchmark must show, and whether it does."""

from . import report

MIB = 1 << 20


def table(results, what):
    rows = []
    for title, limit, sense, value in figures(results, what):
        if value is None:
            rows.append([title, f"{sense} {limit}" if limit else "", "not measured", ""])
        elif limit is None:
            rows.append([title, "", f"{value:.2f}", ""])
        else:
            met = value <= limit if sense == "at most" else value >= limit
            rows.append([title, f"{sense} {limit}", f"{value:.2f}", "yes" if met else "**no**"])
    return report.markdown(["", "goal", "measured", "met"], rows)


def figures(results, what):
    """Title, limit, its sense, and the figure or None."""
    programs = results["programs"]
    go = [program for program in programs if program["language"] == "go"]
    rest = [program for program in programs if program["language"] != "go"]

    def group(name):
        return [program for program in go if program["group"] == name]

    def mean(members, contender, base, unit=what):
        return report.mean(members, contender, base, unit)[0]

    def worst(contender, base):
        ratios = [report.ratio(program, contender, base, what) for program in go]
        return max((value for value in ratios if value is not None), default=None)

    yield "Go microbenchmarks, time over native", 1.05, "at most", mean(group("micro"), "wasmc", "native")
    yield "Go real programs, time over native", 1.35, "at most", mean(group("real"), "wasmc", "native")
    without = mean(group("real"), "wasmc without intrinsics", "native")
    yield "the same without intrinsics", None, "", without
    yield "all of Go, times as fast as wasmtime", 2.0, "at least", mean(go, "wasmtime", "wasmc")
    yield "all of Go, times as fast as wasm2c + gcc -O2", 1.4, "at least", mean(go, "wasm2c", "wasmc")
    yield "slowest Go program, time over native", 2.5, "at most", worst("wasmc", "native")
    yield "slowest Go program, time over wasmtime", 1.0, "at most", worst("wasmc", "wasmtime")
    yield "Go, peak memory over native", 1.3, "at most", mean(go, "wasmc", "native", "peak_kib")
    yield "C and Rust, times as fast as wasmtime", 1.1, "at least", mean(rest, "wasmtime", "wasmc")
    if "costs" in results:
        yield from cost_figures(results["costs"], what)


def cost_figures(costs, what):
    compiled = [of["samples"] for of in costs["compile"].values()]

    def mean(way, figure):
        ratios = [figure(samples, way) / figure(samples, "wasmtime") for samples in compiled if {way, "wasmtime"} <= samples.keys()]
        return report.geometric_mean(ratios) if ratios else None

    def time(samples, way):
        return report.median(samples[way], what)

    def peak(samples, way):
        return report.compile_peak_kib(costs, samples, way)

    yield "compile time over wasmtime's", 0.8, "at most", mean("wasmc", time)
    yield "the same with a warm cache", 0.2, "at most", mean("wasmc with a warm cache", time)
    yield "peak memory of compiling over wasmtime's", 0.5, "at most", mean("wasmc", peak)
    if "tsgo" in costs["compile"]:
        peak_gib = report.median(costs["compile"]["tsgo"]["samples"]["wasmc"], "peak_kib") / MIB
        yield "compiling the TypeScript compiler, peak GiB", 4.0, "at most", peak_gib
    hello = costs["sizes"]["go-hello"]
    yield "stripped Go hello, size over native", 1.5, "at most", hello["wasmc"] / hello["native"]
    start = costs["start_up"]["go"]
    yield "Go hello, start-up over native", 1.0, "at most", time(start, "wasmc") / time(start, "native")
