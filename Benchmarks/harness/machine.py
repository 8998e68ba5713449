"""What the figures depend on: the machine, and the build."""

import datetime
import os
import platform
import subprocess
import tempfile
from pathlib import Path


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def facts():
    """Pairs of name and value, for the report."""
    def first(path, prefix, default="unknown"):
        try:
            for line in Path(path).read_text().splitlines():
                if line.startswith(prefix):
                    return line.partition("=" if "=" in line else ":")[2].strip().strip('"')
        except OSError:
            pass
        return default

    memory_kibibytes = int(first("/proc/meminfo", "MemTotal", "0 kB").split()[0])
    return [
        ("date", now()),
        ("processor", first("/proc/cpuinfo", "model name", platform.machine())),
        ("cores", str(len(os.sched_getaffinity(0)))),
        ("memory", f"{memory_kibibytes / 2**20:.0f} GiB"),
        ("kernel", platform.release()),
        ("system", first("/etc/os-release", "PRETTY_NAME")),
        ("file system of the databases", _file_system(tempfile.gettempdir())),
        ("load before the run", " ".join(f"{value:.2f}" for value in os.getloadavg())),
    ]


def build(program):
    """Of which commit a program of this project is, and how it was built, as far as its place tells."""
    program = Path(program).resolve()

    def git(*words):
        return subprocess.run(["git", *words], cwd=program.parent, capture_output=True, text=True).stdout.strip()

    kind = "release build" if "release" in program.parts else "debug build"
    commit = git("rev-parse", "--short", "HEAD")
    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return f"commit {commit}{changed}, {kind}" if commit else kind


def _file_system(folder):
    """The type of the one that a folder lies on."""
    folder, best, kind = Path(folder).resolve(), -1, "unknown"
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, name, *_ = line.split()
        if folder.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), name
    return kind
