"""The load: what is asked, how wrk asks it, and what one measurement yields."""

import http.client
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

LUA = Path(__file__).resolve().parent.parent / "chat.lua"
TIMEOUT_SECONDS = 30
MODEL = "gpt-5.2"
KINDS = ("plain", "stream")


def body(kind):
    """A chat completion of ordinary size. It asks for few tokens, so that holds are small."""
    request = {
        "model": MODEL,
        "messages": [
            {"role": "system", "content": "You are a careful assistant who answers in one short paragraph."},
            {"role": "user", "content": "Explain to a new colleague why a proxy should write head, body and end of a short "
                                        "answer in one flush, and what it costs when it does not. " * 2},
        ],
        "max_tokens": 64,
    }
    if kind == "stream":
        request["stream"] = True
    return json.dumps(request)


@dataclass
class Sample:
    """One measured run of wrk against one server."""

    requests: int
    seconds: float
    p50_milliseconds: float
    p99_milliseconds: float
    errors: int
    error_kinds: str
    cpu_microseconds: float | None = None  # of the proxy, per completed request
    memory_bytes: int | None = None
    upstream_busy: float = 0.0  # CPU time of the simulated upstream / wall time: 1 means that it was the limit
    database_microseconds: float | None = None  # of a database server's processes, per completed request
    ledger: object = None  # LedgerWork, of a relay

    @property
    def per_second(self):
        return self.requests / self.seconds

    @property
    def commits_per_second(self):
        return self.ledger.commits / self.seconds

    @property
    def commands_per_commit(self):
        return self.ledger.commands_per_commit

    @property
    def commit_p50_milliseconds(self):
        return self.ledger.p50_milliseconds

    @property
    def commit_mean_milliseconds(self):
        return self.ledger.mean_milliseconds


class Load:
    """wrk at one concurrency; the keys and bodies lie in a folder."""

    def __init__(self, folder, concurrency):
        self.folder, self.concurrency, self.running = Path(folder), concurrency, None
        for kind in KINDS:
            (self.folder / f"{kind}.json").write_text(body(kind))

    def run(self, ports, kind, keys, seconds):
        """Runs wrk once, to its end, with a thread and an equal part of the connections for each port. Its figures are over all of them."""
        keys_file = self.folder / "keys.txt"
        keys_file.write_text("".join(f"{key}\n" for key in keys))
        environment = {**os.environ, "BENCH_KEYS": str(keys_file), "BENCH_BODY": str(self.folder / f"{kind}.json"),
                       "BENCH_PORTS": " ".join(map(str, ports))}
        command = ["wrk", "-t", str(len(ports)), "-c", str(self.concurrency), "-d", f"{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s",
                   "-s", str(LUA), f"http://127.0.0.1:{ports[0]}"]
        self.running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            output, problem = self.running.communicate(timeout=seconds + 2 * TIMEOUT_SECONDS)
        finally:
            self.running.kill()
            self.running.wait()
        found = [line for line in output.splitlines() if line.startswith("BENCH ")]
        if not found:
            raise RuntimeError(f"wrk: {(problem or output).strip()[:300]}")
        return _sample(json.loads(found[0][len("BENCH "):]))

    def measure(self, proxy, kind, keys, seconds, upstream):
        """A run with what the proxy, its database and the upstream (each none where it has none) spent over exactly that run."""
        if proxy.server:
            proxy.server.reset_peak_memory()
        spenders = (proxy.server, proxy.database, upstream)
        ledger = proxy.ledger()
        before = [spender.cpu_seconds() if spender else 0 for spender in spenders]
        sample = self.run(proxy.ports, kind, keys, seconds)
        spent = [spender.cpu_seconds() - start if spender else None for spender, start in zip(spenders, before)]
        if ledger is not None:
            sample.ledger = proxy.ledger() - ledger
        if upstream:
            sample.upstream_busy = spent[2] / sample.seconds
        if proxy.server:
            sample.memory_bytes = proxy.server.peak_memory_bytes()
        if sample.requests:
            sample.cpu_microseconds, sample.database_microseconds = (
                None if cpu is None else cpu * 1e6 / sample.requests for cpu in spent[:2])
        return sample


def _sample(figures):
    kinds = {kind: figures[kind] for kind in ("status", "connect", "read", "write", "timeout") if figures[kind]}
    named = {"status": "not 2xx"}
    return Sample(
        requests=figures["requests"] - figures["status"], seconds=figures["microseconds"] / 1e6,
        p50_milliseconds=figures["p50"] / 1e3, p99_milliseconds=figures["p99"] / 1e3,
        errors=sum(kinds.values()), error_kinds=", ".join(f"{count} {named.get(kind, kind)}" for kind, count in kinds.items()))


def ask(port, kind, key):
    """One request by hand. Returns status, headers and body, so that a proxy is measured only when it really answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        connection.request("POST", "/v1/chat/completions", body(kind), headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def check_answer(port, kind, key):
    """Returns headers and body of one answer.

    - Raises RuntimeError: when it is not a whole answer of its kind.
    """
    status, headers, content = ask(port, kind, key)
    whole = b"data: [DONE]" in content if kind == "stream" else b'"choices"' in content
    if status != 200 or not whole:
        raise RuntimeError(f"a {kind} request was answered {status}: {content[:300].decode(errors='replace')}")
    return headers, content
