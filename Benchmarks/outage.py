#!/usr/bin/env python3
"""What a dead upstream costs those whose requests the others answer.

Two relays stand side by side before the same three simulated upstreams, but that one upstream of the second relay is
killed while it is under load. The load goes to one and the other in turns; what is compared is the median latency.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from harness.books import Books
from harness.load import Load, check_answer
from harness.process import Server, free_port, stop_all
from harness.relay import Relay

PROJECT = Path(__file__).resolve().parent.parent
ANSWER = {"contentBytes": 256, "chunks": 64, "promptTokens": 70, "cachedTokens": 25}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="turns (10)")
    parser.add_argument("--duration", type=int, default=3, help="seconds a turn (3)")
    parser.add_argument("--concurrency", type=int, default=16, help="connections (16)")
    parser.add_argument("--program", default=PROJECT / ".build/release/nexrelay", help="the relay (.build/release/nexrelay)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexrelay-outage-") as folder:
        try:
            return measure(options, Path(folder))
        finally:
            stop_all()


def measure(options, folder):
    upstreams = [upstream(options, folder, name) for name in ("one", "two", "three", "doomed")]
    ports = [port for _, port in upstreams]
    whole, bereft = Relay(options.program, 20), Relay(options.program, 20)
    books = []
    for relay, name, its_ports in ((whole, "whole", ports[:3]), (bereft, "bereft", ports[:2] + ports[3:])):
        (folder / name).mkdir()
        relay.start(folder / name, *its_ports)
        for key in relay.keys:
            check_answer(relay.ports[0], "plain", key)
        books.append(Books(relay))
    load = Load(folder, options.concurrency)
    for relay in (whole, bereft):
        load.run(relay.ports, "plain", relay.keys, options.duration)
    upstreams[3][0].stop()
    dying = load.run(bereft.ports, "plain", bereft.keys, options.duration)
    print(f"right after its end: {dying.requests} answered, {dying.errors} errors, "
          f"median {dying.p50_milliseconds:.3f} ms, 99th percentile {dying.p99_milliseconds:.3f} ms", flush=True)
    samples = {"whole": [], "bereft": []}
    for turn in range(options.rounds):
        pair = [("whole", whole), ("bereft", bereft)]
        for name, relay in pair if turn % 2 == 0 else reversed(pair):
            samples[name].append(load.run(relay.ports, "plain", relay.keys, options.duration))
    errors = dying.errors
    for name, title in (("whole", "three of three"), ("bereft", "two of three")):
        medians = [sample.p50_milliseconds for sample in samples[name]]
        requests = sum(sample.requests for sample in samples[name])
        failed = sum(sample.errors for sample in samples[name])
        errors += failed
        print(f"{title} upstreams alive: {requests} answered, {failed} errors, "
              f"median {statistics.median(medians):.3f} ms ({min(medians):.3f} to {max(medians):.3f})")
    added = statistics.median(b.p50_milliseconds - w.p50_milliseconds for w, b in zip(samples["whole"], samples["bereft"]))
    print(f"added by the dead one: {added:+.3f} ms in the median of {options.rounds} pairs")
    for book in books:
        book.reconcile()
    findings = [finding for book in books for finding in book.findings]
    print(f"reconciliation: {findings or 'no findings'}")
    for relay in (whole, bereft):
        relay.stop()
    return 1 if errors or findings else 0


def upstream(options, folder, name):
    """A simulated upstream, and its port."""
    port, script = free_port(), folder / f"{name}.json"
    script.write_text(json.dumps({"benchmark": {**ANSWER, "chunksPerWrite": 1}}))
    return Server(name, [options.program, "simulate-upstream", "--port", port, "--script", script], folder, port), port


if __name__ == "__main__":
    sys.exit(main())
