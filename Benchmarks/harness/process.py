"""Processes that the benchmark starts: their ports, their CPU time and memory, their end."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

STOP_SECONDS = 40  # the relay may drain for 30
TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


class StartError(Exception):
    """A process that did not come up, with the reason in its own words."""


def free_port():
    """A TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server and the processes that it starts, in a session of their own, so that ^C reaches only the harness."""

    running = []
    stop_signal = signal.SIGTERM

    def __init__(self, name, command, folder, port, environment=None, ready_seconds=30):
        """Starts it and waits until it listens. `environment` adds variables to ours; none as a value takes one away."""
        self.name, self.port, self.log = name, port, Path(folder) / f"{name}.log"
        variables = {variable: value for variable, value in {**os.environ, **(environment or {})}.items() if value is not None}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=variables, start_new_session=True)
        Server.running.append(self)
        try:
            self._wait_until_ready(ready_seconds)
        except BaseException:
            self.stop()
            raise

    def _wait_until_ready(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise StartError(f"it ended with code {self.process.returncode}: {self.last_words()}")
            if self.is_ready():
                return
            time.sleep(0.1)
        raise StartError(f"it did not listen within {seconds} s: {self.last_words()}")

    def is_ready(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def pids(self):
        """Its live processes."""
        return _members(self.process.pid)

    def last_words(self):
        """The last line that it printed."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip()[:300] if lines else "it printed nothing"

    def stop(self):
        """Ends it and what it started: politely first."""
        if self in Server.running:
            Server.running.remove(self)
        for number, seconds in ((self.stop_signal, STOP_SECONDS), (signal.SIGKILL, 5)):
            if self.process.poll() is not None and not self.pids():
                return
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and (self.process.poll() is None or self.pids()):
                time.sleep(0.05)

    def cpu_seconds(self):
        """User and system time so far, of all its processes with all their threads, and of children that ended."""
        total = 0
        for pid in self.pids():
            fields = _stat(pid)
            if fields:
                total += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
        return total * TICK_SECONDS

    def reset_peak_memory(self):
        """Makes the peak count from now on. See `clear_refs` in proc(5)."""
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_memory_bytes(self):
        """The sum of its processes' peak resident sets; pages that they share count once for each."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) * 1024
        return total


class Group:
    """Several servers that are measured as one."""

    def __init__(self, servers):
        self.servers = servers

    def stop(self):
        for server in self.servers:
            server.stop()

    def cpu_seconds(self):
        return sum(server.cpu_seconds() for server in self.servers)

    def reset_peak_memory(self):
        for server in self.servers:
            server.reset_peak_memory()

    def peak_memory_bytes(self):
        return sum(server.peak_memory_bytes() for server in self.servers)


def stop_all():
    """Ends whatever still runs, newest first."""
    for server in list(reversed(Server.running)):
        server.stop()


def _stat(pid):
    """The fields of /proc/PID/stat after the name, from `state` on; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _members(session):
    """The live processes of the session that a server leads."""
    pids = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(entry)
            if fields and fields[3] == str(session) and fields[0] not in "ZX":
                pids.append(int(entry))
    return pids


def descendants(root):
    """A process and all that it has started, and they, whatever sessions they are in."""
    children = {}
    for entry in os.listdir("/proc"):
        fields = _stat(entry) if entry.isdigit() else None
        if fields:
            children.setdefault(int(fields[1]), []).append(int(entry))
    pids = [root] if _stat(root) else []
    for pid in pids:
        pids += children.get(pid, [])
    return pids
