"""Reconciliation, admission and sealing on books of many receipts, on one database."""

import json
import subprocess
from pathlib import Path
from statistics import median

from .postgres import Postgres
from .process import StartError
from .report import shown, table

TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
LOADS = ["nothing queued", "queued", "queued and sealed"]


class LargeBooks:
    """One run of BooksBenchmark, and what it said."""

    def __init__(self, program, database, receipts, load_seconds):
        self.program, self.database, self.receipts, self.load_seconds = Path(program), database, receipts, load_seconds
        self.title = TITLES[database]
        self.figures = {}  # lists, by name and number of receipts
        self.facts = None

    def run(self, folder, say):
        """With SQLite's files in a folder."""
        if self.database == "sqlite":
            folder = Path(folder)
            return self._run([folder / "empty.db", folder / "full.db"], None, say)
        postgres = Postgres()
        reason = postgres.absent()
        if reason:
            raise StartError(reason)
        try:
            postgres.start()
            self.facts = postgres.facts()
            self._run([postgres.new_database(name) for name in ("books_empty", "books_full")], postgres, say)
        finally:
            postgres.stop()

    def _run(self, locations, postgres, say):
        command = [str(word) for word in (self.program, self.receipts, *locations, self.load_seconds)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        try:
            begun = 0
            for line in process.stdout:
                figures = json.loads(line)
                spent = postgres.cpu_seconds() if postgres else 0
                if figures["name"] == "begin":
                    begun = spent
                    continue
                if postgres:
                    figures["databaseSeconds"] = spent - begun
                self.figures.setdefault((figures["name"], figures["receipts"]), []).append(figures)
                say(f"  {line.strip()}")
            code = process.wait()
        finally:
            process.kill()
            process.wait()
        if code != 0:
            raise StartError(f"{self.program.name} ended with code {code}")

    def figure(self, name, receipts, figure, divisor=1):
        """The median; none where there is none."""
        values = [figures[figure] for figures in self.figures.get((name, receipts), []) if figure in figures]
        return median(values) / divisor if values else None

    def reconciliation_cells(self):
        seal, check = ("seal", self.receipts), ("reconciliation", self.receipts)
        return [
            self.title, shown(self.figure(*seal, "seconds"), 1), shown(self.figure(*check, "seconds"), 1),
            shown(self.figure(*check, "beforeMiB"), 0), shown(self.figure(*check, "peakMiB"), 0),
            shown(self.figure(*check, "databaseSeconds"), 1),
        ]

    def admission_rows(self):
        cases = [("none", "admission", 0), (f"{self.receipts:,}", "admission", self.receipts),
                 (f"{self.receipts:,}, during a reconciliation", "admission during reconciliation", self.receipts)]
        return [[self.title, beside, *(shown(self.figure(name, receipts, figure, 1e3), 2) for figure in ("p50Microseconds", "p99Microseconds"))]
                for beside, name, receipts in cases]

    def sealing_rows(self):
        rows = []
        plain = None
        for load in LOADS:
            turns = self.figures.get((f"load, {load}", 0), [])
            rates = [turn["pairs"] / turn["seconds"] for turn in turns]
            rate = median(rates)
            plain = plain or rate
            own, its = (median(turn[name] * 1e6 / turn["pairs"] for turn in turns) if name in turns[0] else None
                        for name in ("cpuSeconds", "databaseSeconds"))
            rows.append([self.title, load, shown(rate, 0), f"{min(rates):,.0f} … {max(rates):,.0f}", f"{rate / plain:.2f}", shown(own, 1), shown(its, 1)])
        return rows


def section(runs, command, build, date):
    """The part of the page about them."""
    receipts = runs[0].receipts
    facts = "".join(f" PostgreSQL: {run.facts}." for run in runs if run.facts)
    return "\n\n".join([
        f"## Books of {receipts:,} receipts",
        f"Written by a run of its own, `{command}`, on {date}: {build}.{facts}",
        "A thousand customers have made the receipts. *To seal*: all of their transfers, which had come one to a batch. *Memory*: of the process "
        "that reconciles, before and at its peak, whatever PostgreSQL's have.",
        table(["", "s to seal", "s to reconcile", "MiB before", "MiB at the peak", "s of PostgreSQL's CPU"],
              [run.reconciliation_cells() for run in runs]),
        "One request after the other, each admitted and settled: what an admission, committed, takes. Medians of three turns of 1,000; the last "
        "row is one turn.",
        table(["", "receipts beside it", "p50 ms", "p99 ms"], [row for run in runs for row in run.admission_rows()]),
        "What sealing costs: 64 customers at once whose requests are admitted and settled as fast as the ledger goes, without any HTTP, in turns "
        f"of {runs[0].load_seconds:g} s. Medians of the turns. *Nothing queued* leaves out the statement that queues what is posted, which no "
        "setting of the relay does; *queued* leaves out the sealer.",
        table(["", "sealing", "requests/s", "least … most", "ratio", "CPU µs a request", "PostgreSQL CPU µs"],
              [row for run in runs for row in run.sealing_rows()]),
    ]) + "\n"
