"""bench/quick: wasmc's executables beside native Go, in about a minute."""

import argparse
import pathlib
import shlex

from . import build, measure, paths, programs

ABOUT = """Runs the Go benchmarks, compiled by wasmc, beside native Go with GOMAXPROCS=1, in turns, and prints
how many times native Go's median time each takes."""
EXAMPLES = """examples:
  bench/quick micro
  bench/quick jsons fib --runs 9
  bench/quick real --variant 'now=target/release/wasmc' --variant 'before=/tmp/wasmc --no-opt jump-threading'"""


def arguments():
    parser = argparse.ArgumentParser(
        prog="bench/quick", description=ABOUT, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", help="names, or the groups micro and real [default: all]")
    parser.add_argument("--variant", action="append", metavar="LABEL=WASMC [FLAGS]",
                        help="a compiler with its flags; several are compared in one run [default: $WASMC]")
    parser.add_argument("--runs", type=int, default=5, help="of each executable [default: 5]")
    parser.add_argument("--percent", type=int, default=100, help="how much of its work each program does [default: 100]")
    parser.add_argument("--clock", choices=["cpu", "wall"], default="cpu",
                        help="cpu: the CPU time, which others on this machine disturb less [default]")
    return parser.parse_args()


def variants(options):
    if not options.variant:
        return {"wasmc": (paths.wasmc(), [])}
    result = {}
    for text in options.variant:
        label, equals, command = text.partition("=")
        words = shlex.split(command)
        if not equals or not words or not pathlib.Path(words[0]).is_file():
            raise SystemExit(f"bench: --variant {text!r} is not LABEL=WASMC [FLAGS] with the path of a compiler")
        result[label] = (pathlib.Path(words[0]).resolve(), words[1:])
    return result


def main():
    options = arguments()
    compilers = variants(options)
    chosen = programs.go_programs(options.programs)
    clock = f"{options.clock}_s"
    ratios = {}
    print(f"{options.clock} time over native Go's, medians of {options.runs}")
    print(f"{'':14} {'native':>9}" + "".join(f"{label:>13}" for label in compilers))
    for program in chosen:
        commands = {"native": program.native}
        commands |= {label: build.executable(wasmc, flags, program.wasm) for label, (wasmc, flags) in compilers.items()}
        medians = medians_of(program, commands, options, clock)
        line = f"{program.name:14} {medians['native'] * 1e3:6.0f} ms"
        for label in compilers:
            ratio = medians[label] / medians["native"]
            ratios.setdefault((program.group, label), []).append(ratio)
            line += f"{ratio:13.3f}"
        print(line, flush=True)
    for group in programs.GROUPS:
        means = [ratios.get((group, label)) for label in compilers]
        if all(means):
            print(f"{group:24}" + "".join(f"{measure.geometric_mean(mean):13.3f}" for mean in means))


def medians_of(program, commands, options, clock):
    samples = {label: [] for label in commands}
    reference = None
    for _ in range(options.runs):
        for label, command in commands.items():
            sample, output = measure.run([command, str(options.percent)], program.stdin, {"GOMAXPROCS": "1"})
            reference = reference or output
            if output != reference:
                raise SystemExit(f"bench: {program.name}: {label} printed\n{output.decode()}and native Go\n{reference.decode()}")
            samples[label].append(sample)
    return {label: measure.median(of_label, clock) for label, of_label in samples.items()}


if __name__ == "__main__":
    try:
        main()
    except (build.Failed, measure.Wrong) as error:
        raise SystemExit(f"bench: {error}") from None
