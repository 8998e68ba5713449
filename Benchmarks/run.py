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
from harness.books import Books
from harness.load import KINDS, Load, check_answer
from harness.peers import Direct, Envoy, LiteLLM, Nginx
from harness.postgres import Postgres
from harness.process import Server, StartError, free_port, stop_all
from harness.relay import Relay
from harness.tokenizer import TokenizerComparison

PROJECT = Path(__file__).resolve().parent.parent
RELAYS = ["relay", "relay-postgres", "relay-cluster"]
NAMES = ["direct", "nginx", "envoy", *RELAYS, "litellm", "tokenizer"]
NODES = 3
# 256 bytes are reported as 64 tokens, which is what the requests allow: more would measure usage beyond the hold.
ANSWER = {"contentBytes": 256, "chunks": 64, "promptTokens": 70, "cachedTokens": 25}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round of all, which shows that everything works; writes no page")
    parser.add_argument("--only", metavar="A,B", help=f"measure only these, of {', '.join(NAMES)}; nexrelay is all three relays; writes no page")
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
    parser.add_argument("--books", metavar="FILE", help="put what `make bench-books` has written there into the page (.bench/books.md)")
    parser.add_argument("--output", help="the page to write (docs/benchmarks.md)")
    options = parser.parse_args()
    defaults = {"rounds": 1, "duration": 2, "warm_up": 1} if options.quick else {"rounds": 3, "duration": 10, "warm_up": 3}
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.only = options.only.split(",") if options.only else NAMES
    if "nexrelay" in options.only:
        options.only = [name for name in options.only if name != "nexrelay"] + RELAYS
    options.kinds = options.kinds.split(",")
    for name in set(options.only) - set(NAMES):
        parser.error(f"nothing is called {name}; there are {', '.join(NAMES)}")
    if options.books and not Path(options.books).exists():
        parser.error(f"there is no {options.books}: make bench-books writes it")
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
        proxies = [Direct(keys), Nginx(keys), Envoy(keys), *self.relays(), LiteLLM(keys)]
        self.proxies = [proxy for proxy in proxies if proxy.name in options.only]
        self.absent, self.rows, self.books, self.tokenizer = {}, {}, {}, None
        for proxy in self.proxies:
            for kind, label, _ in self.scenarios(proxy):
                connections = self.connections(proxy)
                self.rows[proxy.name, kind, label] = report.Row(proxy.title + label, kind, [], connections)

    def relays(self):
        """On PostgreSQL each has a server of its own, so that none works on what another has left."""
        program, wallets = self.options.program, self.options.wallets
        return [
            Relay(program, wallets, "relay", "NexRelay, SQLite"),
            Relay(program, wallets, "relay-postgres", "NexRelay, PostgreSQL", Postgres()),
            Relay(program, wallets, "relay-cluster", f"NexRelay, {NODES} nodes, PostgreSQL", Postgres(), NODES),
        ]

    def connections(self, proxy):
        """As many for each port."""
        ports = proxy.node_count if proxy.name in RELAYS else 1
        return max(1, self.options.concurrency // proxy.concurrency_divisor // ports) * ports

    def scenarios(self, proxy):
        """Kind of answer, what the row's title adds, and whether one wallet pays for all."""
        for kind in self.options.kinds:
            if proxy.name in RELAYS:
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
        self.tokenizer = TokenizerComparison(program, self.folder, self.options.rounds, 0.5 if self.options.quick else min(self.options.duration, 2))
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
        books = self.books.setdefault(proxy.name, Books(proxy)) if proxy.name in RELAYS else None
        for kind, label, hot in self.scenarios(proxy):
            keys = [proxy.hot_key] if hot else proxy.keys
            check_answer(proxy.ports[0], kind, keys[0])
            opening = books.begin(kind, keys) if books else None
            warm = load.run(proxy.ports, kind, keys, self.options.warm_up)
            sample = load.measure(proxy, kind, keys, self.options.duration, self.upstream)
            self.rows[proxy.name, kind, label].samples.append(sample)
            cpu = f", {sample.cpu_microseconds:.1f} µs of CPU each" if sample.cpu_microseconds is not None else ""
            errors = f", ERRORS {sample.error_kinds}" if sample.errors else ""
            self.say(f"  {kind}{label}: {sample.per_second:,.0f} requests/s{cpu}{errors}")
            if books:
                books.end(f"{kind}{label}", keys, opening, [warm, sample], load.concurrency)
        if books and last:
            books.reconcile()

    def references(self):
        """The rows that others are divided by, by kind of answer."""
        return {kind: [self.rows[name, kind, ""] for name in ("envoy", "nginx") if (name, kind, "") in self.rows]
                for kind in self.options.kinds}

    def versions(self):
        present = [proxy for proxy in self.proxies if proxy.name not in self.absent and proxy.version]
        # The relays are one program, and their servers are one program too.
        listed = {"NexRelay" if proxy.name in RELAYS else proxy.title: proxy.version for proxy in present}
        listed |= {"PostgreSQL": proxy.database_facts for proxy in present if proxy.database}
        wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split()
        return list(listed.items()) + [("load", " ".join(wrk[:2]))]

    @staticmethod
    def say(text):
        print(text, file=sys.stderr, flush=True)


def finish(benchmark, facts):
    """Prints the tables, writes the page; returns the exit code."""
    options = benchmark.options
    rows, all_books = list(benchmark.rows.values()), list(benchmark.books.values())
    sections = [
        report.summary(rows, benchmark.references()),
        report.ledger_section(rows),
        report.books_section(all_books),
        Path(options.books).read_text().strip() if options.books else "",
        benchmark.tokenizer.section() if benchmark.tokenizer else "",
    ]
    print("\n" + "\n\n".join(section for section in sections if section))
    absent = [(proxy.title, benchmark.absent[proxy.name]) for proxy in benchmark.proxies if proxy.name in benchmark.absent]
    for title, reason in absent:
        print(f"absent: {title}: {reason}")
    if options.output:
        page = report.page(command(), settings(options), sections, facts + benchmark.versions(), absent)
        Path(options.output).write_text(page)
        print(f"\nwritten: {options.output}" + ("" if options.books else ", without the part of `make bench-books`: --books FILE"))
    # What was found has to be read even where nobody reads the page.
    findings = [f"{books.relay.title}: {finding}" for books in all_books for finding in books.findings]
    for finding in findings:
        print(f"FOUND: {finding}", file=sys.stderr)
    return 1 if findings or not benchmark.absent.keys().isdisjoint(RELAYS) else 0


def command():
    """What repeats this run. Where the program and the page lie on this machine helps nobody who does."""
    given = sys.argv[1:]
    for option in ("--program", "--output"):
        if option in given:
            del given[given.index(option):given.index(option) + 2]
    return f'make bench BENCH="{shlex.join(given)}"' if given else "make bench"


def settings(options):
    return (
        f"Rounds: {options.rounds}. In each, every proxy in turn, {options.warm_up} s of warm-up and {options.duration} s measured a "
        f"scenario; medians of the rounds. Answers of {ANSWER['contentBytes']} bytes of content, whole or as a stream of "
        f"{ANSWER['chunks']} chunks, {options.chunks_per_write} to a write. nginx and Envoy have two workers, LiteLLM one, NexRelay "
        "its defaults. PostgreSQL is a private server on the same machine, reached by its socket, that makes every commit durable "
        "(`fsync` and `synchronous_commit` are on) and is otherwise as it is installed; SQLite makes every commit durable too.")


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
