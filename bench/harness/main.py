"""make bench: every program under every contender, what compiling costs, a table
and a chart."""

import argparse
import dataclasses
import json
import os
import shutil
import sys

from . import build, chart, contenders, costs, measure, paths, programs, report

PEERS = {
    "wasmtime": lambda options: contenders.wasmtime(),
    "wasm2c": lambda options: contenders.Wasm2c(options.wasm2c),
    "node": lambda options: contenders.node(),
    "wazero": lambda options: contenders.wazero(),
}
RESULTS = paths.OUT / "results.json"


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__.replace("\n", " "))
    parser.add_argument("programs", nargs="*", help="names, groups (micro, real) or languages (go, c, rust) [default: all]")
    parser.add_argument("--runs", type=int, default=5, help="turns, of which the median counts [default: 5]")
    parser.add_argument("--percent", type=int, default=100, help="how much of its work each program does [default: 100]")
    parser.add_argument("--peers", type=split, default=list(PEERS), metavar="NAME,...", help="[default: all]")
    parser.add_argument("--wasm2c", type=split, metavar="NAME,...",
                        help="the programs that wasm2c and gcc are given, which takes minutes each [default: all]")
    parser.add_argument("--clock", choices=["wall", "cpu"], default=os.environ.get("BENCH_CLOCK", "wall"),
                        help="cpu where others use this machine too [default: $BENCH_CLOCK or wall]")
    parser.add_argument("--no-costs", action="store_true", help="leave compile time, sizes and start-up out")
    parser.add_argument("--report-only", action="store_true", help="only write the table and the chart again")
    parser.add_argument("--publish", action="store_true", help="also write docs/bench.md and docs/bench.svg")
    return parser.parse_args()


def split(text):
    return [word for word in text.split(",") if word]


def main():
    options = arguments()
    results = json.loads(RESULTS.read_text()) if options.report_only else measured(options)
    # The table is published: it names no folder of this machine.
    text = report.table(results, options.clock).replace(f"{paths.ROOT}/", "")
    failures = results["failures"]
    (paths.OUT / "bench.md").write_text(text)
    (paths.OUT / "bench.svg").write_text(chart.draw(results, options.clock))
    print(text)
    print(f"written: {paths.OUT}/bench.md, bench.svg and results.json with every sample")
    if options.publish:
        docs = paths.ROOT / "docs"
        docs.mkdir(exist_ok=True)
        for name in ("bench.md", "bench.svg"):
            shutil.copyfile(paths.OUT / name, docs / name)
    if failures:
        raise SystemExit("bench: wasmc failed:\n" + "\n".join(failures))


def measured(options):
    compiler = paths.wasmc()
    own = [contenders.Wasmc("wasmc", compiler), *contenders.without_intrinsics(compiler)]
    competing = [contenders.Native(), *own, *(PEERS[name](options) for name in options.peers)]
    entries = programs.select(programs.listed(), options.programs)
    built, not_built = programs.built(entries)
    results = {
        "versions": {"wasmc": build.run([compiler, "--version"]).strip(), **contenders.versions()},
        "contenders": [contender.name for contender in competing],
        "arguments": " ".join(sys.argv[1:]), "runs": options.runs, "percent": options.percent,
        "programs": [], "not_built": not_built, "failures": [],
    }
    for contender in competing:
        if isinstance(contender, contenders.Wasm2c):
            print("building with wasm2c and gcc what is not built yet", flush=True)
            contender.prepare(built)
    for program in built:
        results["programs"].append(of_program(program, competing, options, results["failures"]))
        save(results)
    if not options.no_costs:
        results["costs"] = costs.measured(compiler, built, options)
    save(results)
    return results


def save(results):
    """After each program: a run that is interrupted has not been for nothing."""
    paths.OUT.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1))


def of_program(program, competing, options, failures):
    samples, missing, reference = {}, {}, None
    for turn in range(options.runs):
        for contender in competing:
            name = contender.name
            if name in missing or (contender.turns_max is not None and turn >= contender.turns_max):
                continue
            try:
                sample, output = contenders.turn(contender, program, options.percent)
                reference = output if reference is None else reference
                if output != reference:
                    raise measure.Wrong(f"printed {output[:200]!r}, and native code {reference[:200]!r}")
                samples.setdefault(name, []).append(dataclasses.asdict(sample))
            except (contenders.Missing, measure.Wrong) as error:
                missing[name] = str(error)
                samples.pop(name, None)
                if name.startswith(("wasmc", "native")):
                    failures.append(f"{program.name}: {name}: {error}")
    tell(program, samples, missing, options.clock)
    return {
        "name": program.name, "language": program.language, "group": program.group, "samples": samples,
        "missing": missing, "wasm_bytes": program.wasm.stat().st_size,
    }


def tell(program, samples, missing, clock):
    times = {name: report.median(of_contender, f"{clock}_s") for name, of_contender in samples.items()}
    shown = [f"{name} {time / times['native']:.2f}" for name, time in times.items() if "native" in times]
    shown += [f"{name} missing" for name in missing]
    print(f"{program.name}: {', '.join(shown)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (build.Failed, measure.Wrong) as error:
        raise SystemExit(f"bench: {error}") from None
