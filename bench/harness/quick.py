"""bench/quick: wasmc's executables beside native code, in about a minute."""

import argparse
import pathlib
import shlex

from . import build, contenders, measure, paths, programs

ABOUT = """Runs the benchmarks, compiled by wasmc, beside native code (Go with GOMAXPROCS=1), in turns, and
prints how many times the native median time each takes."""
EXAMPLES = """examples:
  bench/quick micro
  bench/quick jsons fib --runs 9
  bench/quick real --variant 'now=target/release/wasmc' --variant 'before=/tmp/wasmc --no-opt jump-threading'"""


def arguments():
    parser = argparse.ArgumentParser(
        prog="bench/quick", description=ABOUT, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*",
                        help="names, groups (micro, real) or languages (c, rust) [default: Go's but the third-party tools]")
    parser.add_argument("--variant", action="append", metavar="LABEL=WASMC [FLAGS]",
                        help="a compiler with its flags; several are compared in one run [default: $WASMC]")
    parser.add_argument("--runs", type=int, default=5, help="of each executable [default: 5]")
    parser.add_argument("--percent", type=int, default=100, help="how much of its work each program does [default: 100]")
    parser.add_argument("--clock", choices=["cpu", "wall"], default="cpu",
                        help="cpu: the CPU time, which others on this machine disturb less [default]")
    return parser.parse_args()


def variants(options):
    if not options.variant:
        return [contenders.Wasmc("wasmc", paths.wasmc())]
    result = []
    for text in options.variant:
        label, equals, command = text.partition("=")
        words = shlex.split(command)
        if not equals or not words or not pathlib.Path(words[0]).is_file():
            raise SystemExit(f"bench: --variant {text!r} is not LABEL=WASMC [FLAGS] with the path of a compiler")
        result.append(contenders.Wasmc(label, pathlib.Path(words[0]).resolve(), words[1:]))
    return result


def chosen(words):
    entries = programs.listed()
    if not words:
        return [entry for entry in entries if entry["language"] == "go" and "from" not in entry]
    return programs.select(entries, words)


def main():
    options = arguments()
    compilers = variants(options)
    ratios = {}
    print(f"{options.clock} time over native, medians of {options.runs}")
    print(f"{'':14} {'native':>9}" + "".join(f"{compiler.name:>13}" for compiler in compilers))
    for entry in chosen(options.programs):
        program = programs.program(entry)
        medians = medians_of(program, [contenders.Native(), *compilers], options)
        line = f"{program.name:14} {medians['native'] * 1e3:6.0f} ms"
        for compiler in compilers:
            ratio = medians[compiler.name] / medians["native"]
            ratios.setdefault(program.group, {}).setdefault(compiler.name, []).append(ratio)
            line += f"{ratio:13.3f}"
        print(line, flush=True)
    for group, of_group in ratios.items():
        print(f"{group:24}" + "".join(f"{measure.geometric_mean(mean):13.3f}" for mean in of_group.values()))


def medians_of(program, competing, options):
    samples = {contender.name: [] for contender in competing}
    reference = None
    for _ in range(options.runs):
        for contender in competing:
            sample, output = contender.run(program, options.percent)
            reference = output if reference is None else reference
            if output != reference:
                raise measure.Wrong(
                    f"{program.name}: {contender.name} printed\n{output.decode()[:2000]}\nand native code\n{reference.decode()[:2000]}")
            samples[contender.name].append(sample)
    return {name: measure.median(of_contender, f"{options.clock}_s") for name, of_contender in samples.items()}


if __name__ == "__main__":
    try:
        main()
    except (build.Failed, measure.Wrong) as error:
        raise SystemExit(f"bench: {error}") from None
