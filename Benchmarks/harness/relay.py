"""The relay with everything on, and the proof that its books are right after the load."""

import http.client
import json
import subprocess
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from .load import MODEL, TIMEOUT_SECONDS, check_answer
from .process import Server, StartError, free_port

# Nothing of the plan may end the measurement: only the wallet is in the way, as it is of every paid request.
PLAN_CREDITS = 1_000_000_000_000
PLAN_TOKENS = 300_000_000_000
HIGH_COST_CREDITS = 1_000_000
SETTLE_SECONDS = 30


class Relay:
    """`nexrelay serve`, with many wallets and one that every request draws on in its scenarios."""

    name, title = "relay", "NexRelay"
    concurrency_divisor = 1

    def __init__(self, program, wallet_count):
        self.program, self.wallet_count = Path(program), wallet_count
        self.folder = self.server = self.port = None
        self.keys = []  # of as many wallets
        self.hot_key = None

    @property
    def version(self):
        def git(*words):
            return subprocess.run(["git", *words], cwd=self.program.parent, capture_output=True, text=True).stdout.strip()

        commit = git("rev-parse", "--short", "HEAD")
        changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
        return f"commit {commit}{changed}, release build" if commit else "release build"

    def absent(self):
        return None if self.program.exists() else f"no {self.program}: make build"

    def start(self, folder, *upstream_ports):
        """Serves, in front of upstreams of one priority. The first start makes the accounts; later ones go on with the same database, which is what relays do."""
        first = self.folder is None
        if first:
            self.folder = folder
            self._run("init", "--data", "data")
        self.port, admin_port = free_port(), free_port()
        self.configuration = Path(self.folder) / "relay.yaml"
        self.configuration.write_text(_settings(self.port, admin_port, upstream_ports))
        command = [self.program, "serve", "--config", self.configuration]
        self.server = Server(self.name, command, self.folder, self.port)
        if first:
            self.keys = [self._customer(number) for number in range(self.wallet_count)]
            self.hot_key = self._customer(self.wallet_count)

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None

    def reconcile(self):
        """What `nexrelay reconcile` finds, as it prints it."""
        return self._run("reconcile", "--json", "--config", self.configuration, may_find=True)

    def wallets(self, keys):
        """The sum of the wallets of some keys, in credits, once nothing is held any more."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            wallets = [self._wallet(key) for key in keys]
            held = sum(wallet["held_credits"] for wallet in wallets)
            if held == 0:
                return sum(wallet["credits"] for wallet in wallets)
            if time.monotonic() > deadline:
                raise RuntimeError(f"{held} credits are still held {SETTLE_SECONDS} s after the load")
            time.sleep(0.2)

    def _wallet(self, key):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/v1/wallet", headers={"Authorization": f"Bearer {key}"})
            response = connection.getresponse()
            content = response.read()
            if response.status != 200:
                raise RuntimeError(f"/v1/wallet was answered {response.status}: {content[:300]!r}")
            return json.loads(content, parse_float=Decimal, parse_int=Decimal)
        finally:
            connection.close()

    def _customer(self, number):
        """An account with credits; returns the secret of its key."""
        client = ("--json", "--config", self.configuration)
        account = self._run("account", "create", "--email", f"bench{number}@example.org", *client)["id"]
        order = self._run("recharge", "create", "--account", account, "--plan", "bench", *client)["id"]
        self._run("recharge", "confirm", order, "--note", "benchmark", *client)
        return self._run("key", "create", "--account", account, *client)["secret"]

    def _run(self, *words, may_find=False):
        """Runs one command; returns the JSON it printed, or nothing where it printed none."""
        command = [str(word) for word in (self.program, *words)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        if done.returncode != 0 and not may_find:
            raise StartError(f"nexrelay {' '.join(command[1:3])}: {(done.stderr or done.stdout).strip()[:300]}")
        if "--json" not in words:
            return None
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise StartError(f"nexrelay {' '.join(command[1:3])} printed no JSON: {(done.stderr or done.stdout).strip()[:300]}") from None


def _settings(port, admin_port, upstream_ports):
    upstreams = "".join(f"""
  - name: simulated-{number}
    base_url: http://127.0.0.1:{upstream_port}/v1
    api_key: sim
    models: [{MODEL}]
    max_connections: 4096""" for number, upstream_port in enumerate(upstream_ports))
    return f"""data: ./data
public: {{ host: 127.0.0.1, port: {port} }}
admin: {{ host: 127.0.0.1, port: {admin_port} }}
upstreams:{upstreams}
models:
  {MODEL}: {{ context: 400000 }}
plans:
  bench:
    price_usd: {PLAN_CREDITS // 1_000_000}
    credits: {PLAN_CREDITS}
    allowances: {{ input: {PLAN_TOKENS}, output: {PLAN_TOKENS}, cached_read: {PLAN_TOKENS} }}
    cap: {3 * PLAN_TOKENS}
    context: 400000
    max_output_tokens: 8000
    rpm: 100000000
    concurrency: 100000
    high_cost_budget_credits: {HIGH_COST_CREDITS}
    route: [{MODEL}]
"""


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
        headers, content = check_answer(self.relay.port, kind, keys[0])
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
