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

    @property
    def per_second(self):
        return self.requests / self.seconds


class Load:
    """wrk at one concurrency; the keys and bodies lie in a folder."""

    def __init__(self, folder, concurrency):
        self.folder, self.concurrency, self.running = Path(folder), concurrency, None
        for kind in KINDS:
            (self.folder / f"{kind}.json").write_text(body(kind))

    def run(self, port, kind, keys, seconds):
        """Runs wrk once, to its end."""
        keys_file = self.folder / "keys.txt"
        keys_file.write_text("".join(f"{key}\n" for key in keys))
        environment = {**os.environ, "BENCH_KEYS": str(keys_file), "BENCH_BODY": str(self.folder / f"{kind}.json")}
        command = ["wrk", "-t", "1", "-c", str(self.concurrency), "-d", f"{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s",
                   "-s", str(LUA), f"http://127.0.0.1:{port}"]
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

    def measure(self, port, kind, keys, seconds, proxy, upstream):
        """A run with the CPU time and the memory of the proxy (none for the direct row) over exactly that run."""
        if proxy:
            proxy.reset_peak_memory()
        proxy_before = proxy.cpu_seconds() if proxy else 0
        upstream_before = upstream.cpu_seconds() if upstream else 0
        sample = self.run(port, kind, keys, seconds)
        proxy_seconds = proxy.cpu_seconds() - proxy_before if proxy else 0
        if upstream:
            sample.upstream_busy = (upstream.cpu_seconds() - upstream_before) / sample.seconds
        if proxy:
            sample.memory_bytes = proxy.peak_memory_bytes()
            if sample.requests:
                sample.cpu_microseconds = proxy_seconds * 1e6 / sample.requests
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
