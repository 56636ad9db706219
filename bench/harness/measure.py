"""Runs programs in turns and keeps what each run took."""

import dataclasses
import math
import os
import statistics
import subprocess
import tempfile

from . import build


@dataclasses.dataclass
class Sample:
    wall_s: float
    cpu_s: float
    peak_kib: int


class Wrong(Exception):
    """A program failed or printed something else than it should."""


def run(command, stdin, env=None):
    """One run: its sample and its output."""
    command = [str(word) for word in command]
    with tempfile.NamedTemporaryFile() as output:
        read, write = os.pipe()
        try:
            process = subprocess.Popen(
                [build.launcher(), str(write), str(stdin), output.name, *command],
                pass_fds=[write], env={**os.environ, **(env or {})}, stderr=subprocess.PIPE,
            )
        finally:
            os.close(write)
        errors = process.communicate()[1]
        with os.fdopen(read) as report:
            text = report.read()
        if process.returncode != 0:
            raise Wrong(f"{' '.join(command)}: exit status {process.returncode}\n{errors.decode(errors='replace')[-2000:]}")
        wall, cpu, peak = text.split()
        return Sample(int(wall) / 1e9, int(cpu) / 1e9, int(peak)), output.read()


def median(samples, what):
    return statistics.median(getattr(sample, what) for sample in samples)


def geometric_mean(ratios):
    ratios = list(ratios)
    return math.exp(statistics.fmean(map(math.log, ratios))) if ratios else math.nan
