"""The proof that a relay's books are right after the load."""

import json
from dataclasses import dataclass, field
from decimal import Decimal

from .load import check_answer
from .relay import Relay


def charge_of(kind, headers, content):
    """What one answer says that it was charged, in credits: in a header, or in the comment that ends a stream."""
    if kind == "plain":
        return Decimal(headers["x-nexrelay-credits-charged"])
    comments = [line for line in content.split(b"\n") if line.startswith(b": nexrelay ")]
    return json.loads(comments[-1][len(b": nexrelay "):], parse_float=Decimal, parse_int=Decimal)["credits_charged"]


@dataclass
class Books:
    """Compares, scenario by scenario, what the load generator counted with what the wallets paid.

    Every request of one kind costs the same, so what the wallets lost is a whole multiple of it: the number of settled
    requests. That is at least what the load generator saw completed, and at most those and what was under way each time
    that it hung up.
    """

    relay: Relay
    completed: int = 0
    settled: int = 0
    findings: list = field(default_factory=list)
    reconciliation: dict | None = None

    def begin(self, kind, keys):
        """The state before a scenario, and the price of one of its requests."""
        headers, content = check_answer(self.relay.ports[0], kind, keys[0])
        return charge_of(kind, headers, content), self.relay.wallets(keys)

    def end(self, scenario, keys, opening, samples, in_flight):
        """Compares after a scenario whose runs were `samples`, each cut off with up to `in_flight` requests under way."""
        price, before = opening
        paid = before - self.relay.wallets(keys)
        completed = sum(sample.requests for sample in samples)
        if price <= 0 or paid % price != 0:
            self.findings.append(f"{scenario}: the wallets paid {paid} credits, no multiple of {price} a request")
            return
        settled = int(paid / price)
        if not completed <= settled <= completed + in_flight * len(samples):
            self.findings.append(f"{scenario}: {completed} answers were completed and {settled} requests were charged")
        self.completed += completed
        self.settled += settled

    def reconcile(self):
        """Runs the relay's own reconciliation."""
        self.reconciliation = self.relay.reconcile()
        for check in self.reconciliation["checks"]:
            if not check["ok"]:
                self.findings.append(f"reconcile, {check['name']}: {check['findings'][:3]}")
        if not self.reconciliation["ok"] and not self.findings:
            self.findings.append("reconcile is not ok, and names no check")
