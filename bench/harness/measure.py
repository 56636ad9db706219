"""Runs programs and says what each run took."""

import dataclasses
import math
import os
import pathlib
import statistics
import subprocess
import tempfile

from . import build

# Set for programs that time themselves: the file to write nanoseconds of the
# clock and of CPU time to.
REPORT = "BENCH_REPORT"


@dataclasses.dataclass
class Sample:
    wall_s: float
    cpu_s: float
    peak_kib: int


class Wrong(Exception):
    """A program failed or printed something else than it should."""


def run(command, stdin="/dev/null", cwd=None, env=None, exit_status=0, times_itself=False):
    """One run: its sample and its output. The peak memory is the process's, also
    where it times only a part of itself."""
    command = [str(word) for word in command]
    with tempfile.TemporaryDirectory() as scratch:
        output, report = pathlib.Path(scratch) / "output", pathlib.Path(scratch) / "report"
        read, write = os.pipe()
        process = subprocess.Popen(
            [build.launcher(), str(write), str(stdin), output, *command],
            pass_fds=[write], cwd=cwd, env={**os.environ, **(env or {}), REPORT: str(report)}, stderr=subprocess.PIPE,
        )
        os.close(write)
        errors = process.communicate()[1].decode(errors="replace")
        with os.fdopen(read) as numbers:
            text = numbers.read()
        if process.returncode != exit_status:
            raise Wrong(f"{' '.join(command)}: exit status {process.returncode}\n{errors[-2000:]}")
        wall_ns, cpu_ns, peak_kib = map(int, text.split())
        if times_itself:
            wall_ns, cpu_ns = map(int, report.read_text().split())
        return Sample(wall_ns / 1e9, cpu_ns / 1e9, peak_kib), output.read_bytes()


def median(samples, what):
    return statistics.median(getattr(sample, what) for sample in samples)


def geometric_mean(ratios):
    ratios = list(ratios)
    return math.exp(statistics.fmean(map(math.log, ratios))) if ratios else math.nan
