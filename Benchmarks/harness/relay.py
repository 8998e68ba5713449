"""The relay with everything on: one process, or several on one database."""

import http.client
import json
import shutil
import subprocess
import time
from decimal import Decimal
from pathlib import Path

from . import ledger
from .load import MODEL, TIMEOUT_SECONDS
from .machine import build
from .process import Group, Server, StartError, free_port

# Nothing of the plan may end the measurement: only the wallet is in the way, as it is of every paid request.
PLAN_CREDITS = 1_000_000_000_000
PLAN_TOKENS = 300_000_000_000
HIGH_COST_CREDITS = 1_000_000
SETTLE_SECONDS = 30
RECONCILE_SECONDS = 900


class Relay:
    """`nexrelay serve`, with many wallets and one that every request draws on in its scenarios."""

    concurrency_divisor = 1

    def __init__(self, program, wallet_count, name="relay", title="NexRelay", database=None, node_count=1):
        """With `database`, a Postgres that is this relay's alone, the books are there; else on SQLite."""
        self.program, self.wallet_count, self.name, self.title = Path(program), wallet_count, name, title
        self.database, self.node_count = database, node_count
        self.folder = self.server = self.database_url = self.database_facts = None
        self.ports, self.admin_ports = [], []
        self.keys = []  # of as many wallets
        self.hot_key = None

    @property
    def version(self):
        return build(self.program)

    def absent(self):
        if not self.program.exists():
            return f"no {self.program}: make build"
        return self.database.absent() if self.database else None

    def start(self, folder, *upstream_ports):
        """Serves, in front of upstreams of one priority. The first start makes the accounts; later ones go on with the same database, which is what relays do."""
        first = self.folder is None
        if self.database:
            self.database.start()
        if first:
            self._make_data(Path(folder))
        nodes = []
        self.server, self.ports, self.admin_ports = Group(nodes), [], []
        for number in range(self.node_count):
            port, admin_port = free_port(), free_port()
            configuration = self._configuration(number)
            configuration.write_text(_settings(port, admin_port, upstream_ports, _data(number), f"node-{number}", self.database_url))
            nodes.append(Server(f"{self.name}-{number}", [self.program, "serve", "--config", configuration], self.folder, port))
            self.ports.append(port)
            self.admin_ports.append(admin_port)
        if first:
            self.keys = [self._customer(number) for number in range(self.wallet_count)]
            self.hot_key = self._customer(self.wallet_count)

    def _make_data(self, folder):
        self.folder = folder
        self._run("init", "--data", _data(0))
        if self.database:
            self.database_facts = self.database.facts()
            self.database_url = self.database.new_database("relay")
        # Nodes of one database have the same encryption key, and here the same admin token.
        for number in range(1, self.node_count):
            shutil.copytree(folder / _data(0), folder / _data(number))

    def _configuration(self, number):
        return self.folder / f"relay-{number}.yaml"

    def stop(self):
        """The database after its relays."""
        if self.server:
            self.server.stop()
            self.server = None
        if self.database:
            self.database.stop()

    def ledger(self):
        """What the ledgers of all nodes have done since the start."""
        return ledger.read(self.admin_ports)

    def reconcile(self):
        """What `nexrelay reconcile` finds, as it prints it."""
        return self._run("reconcile", "--json", "--config", self._configuration(0), may_find=True, seconds=RECONCILE_SECONDS)

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
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=TIMEOUT_SECONDS)
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
        client = ("--json", "--config", self._configuration(0))
        account = self._run("account", "create", "--email", f"bench{number}@example.org", *client)["id"]
        order = self._run("recharge", "create", "--account", account, "--plan", "bench", *client)["id"]
        self._run("recharge", "confirm", order, "--note", "benchmark", *client)
        return self._run("key", "create", "--account", account, *client)["secret"]

    def _run(self, *words, may_find=False, seconds=120):
        """Runs one command; returns the JSON it printed, or nothing where it printed none."""
        command = [str(word) for word in (self.program, *words)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds)
        if done.returncode != 0 and not may_find:
            raise StartError(f"nexrelay {' '.join(command[1:3])}: {(done.stderr or done.stdout).strip()[:300]}")
        if "--json" not in words:
            return None
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise StartError(f"nexrelay {' '.join(command[1:3])} printed no JSON: {(done.stderr or done.stdout).strip()[:300]}") from None


def _data(number):
    return f"data-{number}"


def _settings(port, admin_port, upstream_ports, data, node, database):
    upstreams = "".join(f"""
  - name: simulated-{number}
    base_url: http://127.0.0.1:{upstream_port}/v1
    api_key: sim
    models: [{MODEL}]
    max_connections: 4096""" for number, upstream_port in enumerate(upstream_ports))
    database_line = f'database: "{database}"' if database else ""
    return f"""data: ./{data}
{database_line}
node: {{ name: {node} }}
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
