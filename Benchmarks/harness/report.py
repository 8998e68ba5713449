"""Tables of what was measured. Every figure is the median of the rounds."""

from statistics import median

NONE = "–"


class Row:
    """All samples of one proxy in one scenario."""

    def __init__(self, title, kind, samples, concurrency):
        self.title, self.kind, self.samples, self.concurrency = title, kind, samples, concurrency

    def figure(self, name):
        values = [getattr(sample, name) for sample in self.samples if getattr(sample, name) is not None]
        return median(values) if values else None

    @property
    def errors(self):
        total = sum(sample.errors for sample in self.samples)
        return f"**{total}**: " + "; ".join(sample.error_kinds for sample in self.samples if sample.errors) if total else "0"

    @property
    def cpu_range(self):
        values = [sample.cpu_microseconds for sample in self.samples if sample.cpu_microseconds is not None]
        return f"{min(values):.1f} … {max(values):.1f}" if values else NONE

    def cells(self):
        memory = self.figure("memory_bytes")
        cpu = self.figure("cpu_microseconds")
        return [
            self.title, str(self.concurrency), f"{self.figure('per_second'):,.0f}", f"{self.figure('p50_milliseconds'):.2f}",
            f"{self.figure('p99_milliseconds'):.2f}", f"{cpu:.1f}" if cpu is not None else NONE, self.cpu_range,
            f"{memory / 2**20:.0f}" if memory is not None else NONE, f"{100 * self.figure('upstream_busy'):.0f} %", self.errors,
        ]


HEADS = ["", "connections", "requests/s", "p50 ms", "p99 ms", "CPU µs a request",
         "least … most", "peak RSS MiB", "upstream busy", "errors"]
TITLES = {"plain": "Plain answers", "stream": "Streamed answers"}


def table(heads, rows):
    """A Markdown table that is also readable as it stands."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]

    def line(cells):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"

    return "\n".join([line(heads), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])


def ratio_table(rows, references):
    """CPU a request, requests a second and p99 of each row, divided by each reference's."""
    present = [row for row in references if row.samples]
    heads = [""] + [f"{name} / {row.title}" for name in ("CPU a request", "requests/s", "p99") for row in present]
    cells = []
    for row in rows:
        line = [row.title]
        for name in ("cpu_microseconds", "per_second", "p99_milliseconds"):
            for reference in present:
                own, other = row.figure(name), reference.figure(name)
                line.append(f"{own / other:.2f}" if own is not None and other else NONE)
        cells.append(line)
    return table(heads, cells)


def summary(rows, references):
    """The tables of both kinds of answers: what a terminal shows and a page begins with."""
    parts = []
    for kind, title in TITLES.items():
        chosen = [row for row in rows if row.kind == kind and row.samples]
        if not chosen:
            continue
        parts += [f"## {title}", table(HEADS, [row.cells() for row in chosen])]
        if any(row.samples for row in references[kind]):
            parts += ["Ratios, each row divided by the peer named:", ratio_table(chosen, references[kind])]
    return "\n\n".join(parts)


def books_section(books):
    """What the relay's books say after the run."""
    if books is None or books.reconciliation is None:
        return ""
    lines = [
        "## The books after the run", "",
        f"The load generator counted {books.completed:,} completed answers; the wallets paid for {books.settled:,} requests."
        + ("" if books.findings else " The difference is what was under way each time that the load generator hung up: such requests are "
           "read to their end and charged."),
        "",
        table(["`nexrelay reconcile`", "ok", "examined"],
              [[check["name"], "yes" if check["ok"] else "**no**", f"{check['examined']:,}"] for check in books.reconciliation["checks"]]),
    ]
    if books.findings:
        lines += ["", "**Findings**", "", *(f"- {finding}" for finding in books.findings)]
    return "\n".join(lines)


def page(rows, references, books, counting, machine, versions, absent, command, settings):
    """docs/benchmarks.md."""
    parts = [
        "# Benchmarks",
        "Written by one run of the command below, on one machine; run it on yours:",
        f"```sh\n{command}\n```",
        "NexRelay does its whole job here: it authenticates the key, takes a durable hold in the wallet before it calls the upstream, and "
        "settles it durably before the answer ends. The others forward bytes and bill nobody; LiteLLM's proxy checks its master key, has "
        "no database, and is installed as its makers publish it, with nothing added or tuned. All speak keep-alive HTTP/1.1 on the "
        "loopback to the same simulated upstream, and none writes an access log.",
        settings,
        summary(rows, references),
        books_section(books),
        counting,
        "## How to read it",
        "- *CPU µs a request*: user and system time of all the proxy's own processes over the measured run, divided by the answers that "
        "were completed. The load generator and the simulated upstream share the cores with the proxy, so this, and not requests/s, is "
        "what compares proxies on a small machine.\n"
        "- *p50*, *p99*: of closed-loop load at the number of connections named. A row with fewer connections has shorter queues: its "
        "latencies do not compare with the others'.\n"
        "- *peak RSS*: the sum over the proxy's processes; pages that they share count once for each.\n"
        "- *upstream busy*: CPU time of the simulated upstream, which has one thread, in wall time. Near 100 %, it was the limit of "
        "requests/s.\n"
        "- *hot wallet*: every request draws on one wallet; *many wallets*: each on one of many, at random.",
        "## The machine and the programs",
        table(["", ""], [[name, value] for name, value in machine + versions]),
    ]
    if absent:
        parts += ["## Absent", "\n".join(f"- {title}: {reason}" for title, reason in absent)]
    return "\n\n".join(part for part in parts if part) + "\n"
