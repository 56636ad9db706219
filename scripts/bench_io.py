"""Times input and output of a compiled guest against the same C source built for
this machine, in turns, and prints medians and ratios.
Called by scripts/bench: bench_io.py GUEST NATIVE DIRECTORY, the guest having the
directory granted by its absolute name."""

import os
import statistics
import subprocess
import sys
import time

TURNS = 11
BLOCKS = 1 << 14
BYTES = 5_000_000
FILES = 100_000


def on_one_cpu():
    """For a program that runs alone: moving between CPUs would add to the noise."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def seconds(command, stdin, stdout, peer):
    start = time.perf_counter()
    with open(stdin, "rb") as source, open(stdout, "wb") as sink:
        if peer == "reads":
            with subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE) as process:
                room = bytearray(1 << 16)
                while process.stdout.readinto(room):
                    pass
                status = process.wait()
        else:
            status = subprocess.run(
                command, stdin=source, stdout=sink, check=False, preexec_fn=on_one_cpu
            ).returncode
    assert status == 0, f"{command}: exit status {status}"
    return time.perf_counter() - start


def compare(what, goal, programs, arguments, stdin=os.devnull, peer=None, before=lambda: None):
    """Prints how fast the guest is, as a fraction of the native program."""
    samples = {name: [] for name in programs}
    for turn in range(TURNS + 1):
        for name, program in programs.items():
            before()
            elapsed = seconds([program, *arguments], stdin, os.devnull, peer)
            if turn > 0:
                samples[name].append(elapsed)
    guest, native = (statistics.median(samples[name]) for name in programs)
    verdict = "" if goal is None else f" (goal {goal})"
    print(f"{what:44} {guest * 1e3:8.0f} ms {native * 1e3:8.0f} ms  {native / guest:.2f}{verdict}", flush=True)


def main():
    guest, native, directory = sys.argv[1:]
    programs = {"guest": guest, "native": native}
    large = f"{directory}/large"
    many = f"{directory}/many"
    os.makedirs(many, exist_ok=True)
    for index in range(FILES):
        with open(f"{many}/{index}", "wb"):
            pass

    def remove():
        if os.path.exists(large):
            os.remove(large)

    print(f"{'input and output, medians of ' + str(TURNS):44} {'guest':>11} {'native':>11}  native/guest")
    compare("write 1 GiB to a file, 64 KiB at a time", 0.95, programs, ["write", str(BLOCKS), large], before=remove)
    compare("read it", 0.95, programs, ["read", str(BLOCKS), large])
    compare("read it from standard input", 0.95, programs, ["stdin", str(BLOCKS)], stdin=large)
    compare("write 1 GiB to a pipe", 0.95, programs, ["stdout", str(BLOCKS)], peer="reads")
    compare("write 1 byte to /dev/null 5,000,000 times", 0.8, programs, ["bytes", str(BYTES)])
    compare("open and close 100,000 files", 0.7, programs, ["files", str(FILES), many])
    compare("open and close one file 300,000 times", 0.7, programs, ["same", str(3 * FILES), large])


main()
