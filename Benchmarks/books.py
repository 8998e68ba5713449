#!/usr/bin/env python3
"""Measures reconciliation, and admission beside many receipts and none, and what sealing costs.

It writes a part of docs/benchmarks.md, which `make bench BENCH="--books .bench/books.md"` puts there.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from harness.large_books import TITLES, LargeBooks, section
from harness.machine import build, now
from harness.process import StartError, stop_all

PROJECT = Path(__file__).resolve().parent.parent
OUTPUT = PROJECT / ".bench/books.md"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receipts", type=int, default=1_000_000, help="a number of thousands (1000000)")
    parser.add_argument("--database", choices=[*TITLES, "both"], default="both", help="where the books are (both)")
    parser.add_argument("--load-seconds", type=float, default=3, help="how long each load lasts that shows what sealing costs (3)")
    parser.add_argument("--folder", help="where SQLite's files are made (that of temporary files)")
    parser.add_argument("--program", default=PROJECT / ".build/release/BooksBenchmark", help=".build/release/BooksBenchmark")
    parser.add_argument("--output", default=OUTPUT, help="the part of the page (.bench/books.md)")
    options = parser.parse_args()
    if options.receipts < 1_000 or options.receipts % 1_000:
        parser.error("each of the thousand customers has as many receipts: a whole number of thousands")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = list(TITLES) if options.database == "both" else [options.database]
    runs = [LargeBooks(options.program, name, options.receipts, options.load_seconds) for name in names]
    try:
        for run in runs:
            print(f"{run.title}:", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="nexrelay-books-", dir=options.folder) as folder:
                run.run(folder, lambda line: print(line, file=sys.stderr, flush=True))
    except (StartError, OSError) as problem:
        print(f"not measured: {problem}", file=sys.stderr)
        return 1
    finally:
        stop_all()
    words = f"RECEIPTS={options.receipts} DATABASE={options.database}"
    text = section(runs, f"make bench-books {words}", build(options.program), now())
    print("\n" + text)
    Path(options.output).parent.mkdir(exist_ok=True)
    Path(options.output).write_text(text)
    print(f"written: {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
