"""What programs read: pinned packages of npm, and the Go that is here."""

import pathlib
import shutil
import subprocess

from . import build, paths


def standard_input(name):
    if name is None:
        return pathlib.Path("/dev/null")
    if name == "gosource":
        return go_source()
    npm()
    return paths.OUT / name


def folder(name):
    """A folder that a program is started in and may use."""
    npm()
    return paths.OUT / name


def npm():
    """Installs what bench/npm pins, of which programs read and check the files."""
    source, target = paths.BENCH / "npm", paths.OUT / "npm"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "tsconfig.json", target)
    lock = target / "package-lock.json"
    wanted = (source / "package-lock.json").read_bytes()
    if (target / "node_modules").is_dir() and lock.exists() and lock.read_bytes() == wanted:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, target)
    try:
        build.run([paths.need("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=target)
    except build.Failed:
        lock.unlink()
        raise


def go_source():
    """The packages below go/ of Go's standard library, as bench/go/gosource reads
    them; which files these are depends on the Go that is here."""
    go_root = subprocess.run([paths.need("go"), "env", "GOROOT"], check=True, capture_output=True, text=True)
    root = pathlib.Path(go_root.stdout.strip()) / "src"
    files = [file for file in sorted(root.glob("go/*/*.go")) if not file.name.endswith("_test.go")]

    def make(to):
        with to.open("wb") as out:
            for file in files:
                text = file.read_bytes()
                out.write(f"{file.relative_to(root)} {len(text)}\n".encode() + text)

    return build.kept("input", "gosource", files, make)
