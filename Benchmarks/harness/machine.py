"""What the figures depend on: the machine."""

import datetime
import os
import platform
from pathlib import Path


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
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("processor", first("/proc/cpuinfo", "model name", platform.machine())),
        ("cores", str(len(os.sched_getaffinity(0)))),
        ("memory", f"{memory_kibibytes / 2**20:.0f} GiB"),
        ("kernel", platform.release()),
        ("system", first("/etc/os-release", "PRETTY_NAME")),
        ("load before the run", " ".join(f"{value:.2f}" for value in os.getloadavg())),
    ]
