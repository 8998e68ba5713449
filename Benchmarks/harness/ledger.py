"""What a relay's ledger did over a measured run, from its own metrics."""

import http.client
from dataclasses import dataclass, field

from .load import TIMEOUT_SECONDS

BATCH, COMMIT = "nexrelay_ledger_batch_commands", "nexrelay_ledger_commit_seconds"


@dataclass
class LedgerWork:
    """Batches that were committed. Of one node since its start; differences and sums are of a run and of several nodes."""

    commits: float = 0
    commands: float = 0
    commit_seconds: float = 0
    buckets: dict = field(default_factory=dict)  # by upper bound in seconds: commits that took at most so long

    def __add__(self, other):
        return self._with(other, 1)

    def __sub__(self, other):
        return self._with(other, -1)

    def _with(self, other, sign):
        bounds = {**self.buckets, **other.buckets}
        return LedgerWork(
            self.commits + sign * other.commits, self.commands + sign * other.commands,
            self.commit_seconds + sign * other.commit_seconds,
            {bound: self.buckets.get(bound, 0) + sign * other.buckets.get(bound, 0) for bound in bounds})

    @property
    def commands_per_commit(self):
        return self.commands / self.commits if self.commits else None

    @property
    def mean_milliseconds(self):
        return 1e3 * self.commit_seconds / self.commits if self.commits else None

    @property
    def p50_milliseconds(self):
        """Between the bounds of the bucket in which it lies, as if its commits were spread evenly."""
        lower, below = 0.0, 0
        for bound, count in sorted(self.buckets.items()):
            if self.commits and count >= self.commits / 2:
                if bound == float("inf"):
                    return 1e3 * lower
                return 1e3 * (lower + (bound - lower) * (self.commits / 2 - below) / (count - below))
            lower, below = bound, count
        return None


def read(admin_ports):
    """The sum over the nodes that listen there."""
    total = LedgerWork()
    for port in admin_ports:
        total += parse(_metrics(port))
    return total


def parse(text):
    """From the text format of Prometheus."""
    work = LedgerWork()
    for line in text.splitlines():
        name, _, value = line.rpartition(" ")
        if name == f"{BATCH}_sum":
            work.commands = float(value)
        elif name == f"{COMMIT}_sum":
            work.commit_seconds = float(value)
        elif name == f"{COMMIT}_count":
            work.commits = float(value)
        elif name.startswith(f"{COMMIT}_bucket"):
            work.buckets[float(name.partition('le="')[2].rstrip('"}'))] = float(value)
    return work


def _metrics(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"/metrics was answered {response.status}: {content[:300]!r}")
        return content.decode()
    finally:
        connection.close()
