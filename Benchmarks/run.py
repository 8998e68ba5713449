#!/usr/bin/env python3
"""Measures NexRelay beside nginx, Envoy and LiteLLM's proxy, in one run, and writes docs/benchmarks.md.

`make bench` installs what this needs, builds the relay and starts it. Each proxy runs alone with the simulated upstream
while it is measured; the proxies take turns, round after round, and every figure is the median of its rounds.
"""

import argparse
import json
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import machine, report
from harness.load import KINDS, Load, check_answer
from harness.peers import Direct, Envoy, LiteLLM, Nginx
from harness.process import Server, StartError, free_port, stop_all
from harness.relay import Books, Relay
from harness.tokenizer import TokenizerComparison

PROJECT = Path(__file__).resolve().parent.parent
NAMES = ["direct", "nginx", "envoy", "relay", "litellm", "tokenizer"]
# 256 bytes are reported as 64 tokens, which is what the requests allow: more would measure usage beyond the hold.
ANSWER = {"contentBytes": 256, "chunks": 64, "promptTokens": 70, "cachedTokens": 25}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round, which shows that everything works; writes no page")
    parser.add_argument("--only", metavar="A,B", help=f"measure only these, of {', '.join(NAMES)}; writes no page")
    parser.add_argument("--rounds", type=int, help="rounds (3)")
    parser.add_argument("--duration", type=int, help="measured seconds a scenario (10)")
    parser.add_argument("--warm-up", type=int, help="seconds before that (3)")
    parser.add_argument("--concurrency", type=int, default=64, help="connections (64)")
    parser.add_argument("--wallets", type=int, default=50, help="wallets of the many (50)")
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of answers (plain,stream)")
    parser.add_argument("--chunks-per-write", type=int, default=1,
                        help="chunks of a stream that the upstream sends in one write (1, as a model that thinks between them does)")
    parser.add_argument("--upstream-port", type=int, help="an upstream that runs already, instead of the simulated one")
    parser.add_argument("--program", default=PROJECT / ".build/release/nexrelay", help="the relay (.build/release/nexrelay)")
    parser.add_argument("--output", help="the page to write (docs/benchmarks.md)")
    options = parser.parse_args()
    defaults = {"rounds": 1, "duration": 3, "warm_up": 1} if options.quick else {"rounds": 3, "duration": 10, "warm_up": 3}
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.only = options.only.split(",") if options.only else NAMES
    options.kinds = options.kinds.split(",")
    for name in set(options.only) - set(NAMES):
        parser.error(f"nothing is called {name}; there are {', '.join(NAMES)}")
    for kind in set(options.kinds) - set(KINDS):
        parser.error(f"no kind of answer is called {kind}; there are {', '.join(KINDS)}")
    if not options.output and not options.quick and options.only == NAMES and options.kinds == list(KINDS):
        options.output = PROJECT / "docs/benchmarks.md"
    return options


class Benchmark:
    """One run: the upstream, the proxies, and the samples."""

    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)
        keys = [f"nxr_{number:058d}" for number in range(options.wallets)]  # as long as the relay's
        proxies = [Direct(keys), Nginx(keys), Envoy(keys), Relay(options.program, options.wallets), LiteLLM(keys)]
        self.proxies = [proxy for proxy in proxies if proxy.name in options.only]
        self.absent, self.rows, self.books, self.tokenizer = {}, {}, None, None
        for proxy in self.proxies:
            for kind, label, _ in self.scenarios(proxy):
                connections = self.connections(proxy)
                self.rows[proxy.name, kind, label] = report.Row(proxy.title + label, kind, [], connections)

    def connections(self, proxy):
        return max(1, self.options.concurrency // proxy.concurrency_divisor)

    def scenarios(self, proxy):
        """Kind of answer, what the row's title adds, and whether one wallet pays for all."""
        for kind in self.options.kinds:
            if proxy.name == "relay":
                yield kind, f", {self.options.wallets} wallets", False
                yield kind, ", one hot wallet", True
            else:
                yield kind, "", False

    def run(self):
        if self.proxies:
            self.run_proxies()
        if "tokenizer" in self.options.only:
            self.compare_tokenizers()

    def compare_tokenizers(self):
        self.say("counting tokens")
        program = Path(self.options.program).parent / "TokenizerBenchmark"
        self.tokenizer = TokenizerComparison(program, self.folder, self.options.rounds, min(self.options.duration, 2))
        reason = self.tokenizer.absent()
        if reason:
            sys.exit(f"the tokenizers cannot be compared: {reason}")
        self.tokenizer.run()

    def run_proxies(self):
        self.upstream, port = self.start_upstream()
        for number in range(self.options.rounds):
            # Another one begins each round, so that no proxy always follows the same other.
            start = number % len(self.proxies)
            for proxy in self.proxies[start:] + self.proxies[:start]:
                if proxy.name in self.absent:
                    continue
                self.say(f"round {number + 1} of {self.options.rounds}: {proxy.title}")
                try:
                    self.measure(proxy, port, last=number + 1 == self.options.rounds)
                except (StartError, RuntimeError, OSError, subprocess.SubprocessError) as problem:
                    self.absent[proxy.name] = str(problem)
                    self.say(f"  {proxy.title} is left out: {problem}")
                finally:
                    proxy.stop()

    def start_upstream(self):
        if self.options.upstream_port:
            return None, self.options.upstream_port
        if not Path(self.options.program).exists():
            sys.exit(f"there is no {self.options.program}, which is also the simulated upstream: make build")
        port = free_port()
        script = self.folder / "upstream.json"
        script.write_text(json.dumps({"benchmark": {**ANSWER, "chunksPerWrite": self.options.chunks_per_write}}))
        command = [self.options.program, "simulate-upstream", "--port", port, "--script", script]
        return Server("upstream", command, self.folder, port), port

    def measure(self, proxy, upstream_port, last):
        reason = proxy.absent()
        if reason:
            raise StartError(reason)
        folder = self.folder / proxy.name
        folder.mkdir(exist_ok=True)
        proxy.start(folder, upstream_port)
        load = Load(folder, self.connections(proxy))
        if proxy.name == "relay" and self.books is None:
            self.books = Books(proxy)
        for kind, label, hot in self.scenarios(proxy):
            keys = [proxy.hot_key] if hot else proxy.keys
            check_answer(proxy.port, kind, keys[0])
            opening = self.books.begin(kind, keys) if proxy.name == "relay" else None
            warm = load.run(proxy.port, kind, keys, self.options.warm_up)
            sample = load.measure(proxy.port, kind, keys, self.options.duration, proxy.server, self.upstream)
            self.rows[proxy.name, kind, label].samples.append(sample)
            cpu = f", {sample.cpu_microseconds:.1f} µs of CPU each" if sample.cpu_microseconds is not None else ""
            errors = f", ERRORS {sample.error_kinds}" if sample.errors else ""
            self.say(f"  {kind}{label}: {sample.per_second:,.0f} requests/s{cpu}{errors}")
            if opening:
                self.books.end(f"{kind}{label}", keys, opening, [warm, sample], load.concurrency)
        if proxy.name == "relay" and last:
            self.books.reconcile()

    def references(self):
        """The rows that others are divided by, by kind of answer."""
        return {kind: [self.rows[name, kind, ""] for name in ("envoy", "nginx") if (name, kind, "") in self.rows]
                for kind in self.options.kinds}

    def versions(self):
        listed = [(proxy.title, proxy.version) for proxy in self.proxies if proxy.version and proxy.name not in self.absent]
        wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split()
        return listed + [("load", " ".join(wrk[:2]))]

    @staticmethod
    def say(text):
        print(text, file=sys.stderr, flush=True)


def finish(benchmark, facts):
    """Prints the tables, writes the page; returns the exit code."""
    options = benchmark.options
    rows, references = list(benchmark.rows.values()), benchmark.references()
    print("\n" + report.summary(rows, references))
    print("\n" + report.books_section(benchmark.books))
    counting = benchmark.tokenizer.section() if benchmark.tokenizer else ""
    print("\n" + counting)
    absent = [(proxy.title, benchmark.absent[proxy.name]) for proxy in benchmark.proxies if proxy.name in benchmark.absent]
    for title, reason in absent:
        print(f"absent: {title}: {reason}")
    if options.output:
        given = sys.argv[1:]
        # Where the program and the page lie on this machine helps nobody who repeats the run.
        for option in ("--program", "--output"):
            if option in given:
                del given[given.index(option):given.index(option) + 2]
        words = f'BENCH="{shlex.join(given)}"' if given else ""
        settings = (
            f"Rounds: {options.rounds}. In each, every proxy in turn, {options.warm_up} s of warm-up and {options.duration} s measured a "
            f"scenario; medians of the rounds. Answers of {ANSWER['contentBytes']} bytes of content, whole or as a stream of "
            f"{ANSWER['chunks']} chunks, {options.chunks_per_write} to a write. nginx and Envoy have two workers, LiteLLM one, NexRelay "
            "its defaults.")
        page = report.page(rows, references, benchmark.books, counting, facts, benchmark.versions(), absent, f"make bench {words}".strip(), settings)
        Path(options.output).write_text(page)
        print(f"\nwritten: {options.output}")
    books = benchmark.books
    return 1 if "relay" in benchmark.absent or (books and books.findings) else 0


def main():
    options = arguments()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started this in the background
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    facts = machine.facts()
    with tempfile.TemporaryDirectory(prefix="nexrelay-bench-") as folder:
        benchmark = Benchmark(options, folder)
        try:
            benchmark.run()
            code = finish(benchmark, facts)
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            code = 130
        except StartError as problem:
            print(f"the simulated upstream did not start: {problem}", file=sys.stderr)
            code = 1
        finally:
            stop_all()
    return code


if __name__ == "__main__":
    sys.exit(main())
