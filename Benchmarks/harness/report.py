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
        return f"{shown(min(values), 1)} … {shown(max(values), 1)}" if values else NONE

    def cells(self):
        memory = self.figure("memory_bytes")
        return [
            self.title, str(self.concurrency), f"{self.figure('per_second'):,.0f}", f"{self.figure('p50_milliseconds'):.2f}",
            f"{self.figure('p99_milliseconds'):.2f}", shown(self.figure("cpu_microseconds"), 1), self.cpu_range,
            shown(self.figure("database_microseconds"), 1), shown(memory and memory / 2**20, 0),
            f"{100 * self.figure('upstream_busy'):.0f} %", self.errors,
        ]

    def ledger_cells(self):
        """Of a relay."""
        return [
            self.title, self.kind, shown(self.figure("per_second"), 0), shown(self.figure("commits_per_second"), 0),
            shown(self.figure("commands_per_commit"), 1), shown(self.figure("commit_p50_milliseconds"), 2),
            shown(self.figure("commit_mean_milliseconds"), 2), shown(self.figure("database_microseconds"), 1),
        ]


HEADS = ["", "connections", "requests/s", "p50 ms", "p99 ms", "CPU µs a request",
         "least … most", "PostgreSQL CPU µs", "peak RSS MiB", "upstream busy", "errors"]
LEDGER_HEADS = ["", "answers", "requests/s", "commits/s", "commands/commit", "commit p50 ms", "commit mean ms",
                "PostgreSQL CPU µs a request"]
TITLES = {"plain": "Plain answers", "stream": "Streamed answers"}


def shown(value, digits):
    """A figure, or a dash where there is none."""
    return NONE if value is None else f"{value:,.{digits}f}"


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


def ledger_section(rows):
    """What the relays' ledgers did while they were measured."""
    chosen = [row for row in rows if row.samples and row.samples[0].ledger is not None]
    if not chosen:
        return ""
    return "\n\n".join([
        "## The ledger",
        "From the relays' own metrics over the measured runs, summed over the nodes: a request is two commands, its hold and its end; what "
        "waits while one commit runs goes into the next one. A commit takes from its first read until the database has made it durable. "
        "The median lies between the bounds of a histogram's bucket, as if its commits were spread evenly there. Commits of seals and "
        "heartbeats are not counted.",
        table(LEDGER_HEADS, [row.ledger_cells() for row in chosen]),
    ])


def books_section(all_books):
    """What the relays' books say after the run; `all_books` that were reconciled."""
    done = [books for books in all_books if books.reconciliation is not None]
    if not done:
        return ""
    names = list(dict.fromkeys(check["name"] for books in done for check in books.reconciliation["checks"]))
    examined = [{check["name"]: _examined(check) for check in books.reconciliation["checks"]} for books in done]
    counts = [[books.relay.title, f"{books.completed:,}", f"{books.settled:,}"] for books in done]
    findings = [f"- {books.relay.title}: {finding}" for books in done for finding in books.findings]
    lines = [
        "## The books after the run", "",
        table(["", "answers that the load generator saw completed", "requests that the wallets paid for"], counts), "",
    ]
    if not findings:
        lines += ["The difference is what was under way each time that the load generator hung up: such requests are read to their end and "
                  "charged.", ""]
    lines += [
        "What `nexrelay reconcile` examined afterwards; **no** stands where it found something wrong:", "",
        table(["", *(books.relay.title for books in done)], [[name, *(checks.get(name, NONE) for checks in examined)] for name in names]),
    ]
    return "\n".join(lines + (["", "**Findings**", "", *findings] if findings else []))


def _examined(check):
    return f"{check['examined']:,}" + ("" if check["ok"] else " **no**")


def page(command, settings, sections, machine, absent):
    """docs/benchmarks.md. `sections` stand between what was run and how to read it."""
    parts = [
        "# Benchmarks",
        "Written by the command below, on one machine; run it on yours:",
        f"```sh\n{command}\n```",
        "NexRelay does its whole job here: it authenticates the key, takes a durable hold in the wallet before it calls the upstream, and "
        "settles it durably before the answer ends. The others forward bytes and bill nobody; LiteLLM's proxy checks its master key, has "
        "no database, and is installed as its makers publish it, with nothing added or tuned. All speak keep-alive HTTP/1.1 on the "
        "loopback to the same simulated upstream, and none writes an access log.",
        settings,
        *sections,
        "## How to read it",
        "- *CPU µs a request*: user and system time of all the proxy's own processes over the measured run, divided by the answers that "
        "were completed. The load generator and the simulated upstream share the cores with the proxy, so this, and not requests/s, is "
        "what compares proxies on a small machine.\n"
        "- *PostgreSQL CPU µs*: the same of PostgreSQL's processes, those that work in the background included. It is not in the column of the "
        "proxy's own, nor in the ratios.\n"
        "- *3 nodes*: three relays on one database, which share the cores with PostgreSQL, the load and the upstream: what their number "
        "costs, and not what three machines would yield. Each gets a third of the connections, and the figures are over all of them.\n"
        "- *p50*, *p99*: of closed-loop load at the number of connections named. A row with fewer connections has shorter queues: its "
        "latencies do not compare with the others'.\n"
        "- *peak RSS*: the sum over the proxy's processes, PostgreSQL's not among them; pages that they share count once for each.\n"
        "- *upstream busy*: CPU time of the simulated upstream, which has one thread, in wall time. Near 100 %, it was the limit of "
        "requests/s.\n"
        "- *hot wallet*: every request draws on one wallet; *many wallets*: each on one of many, at random.",
        "## The machine and the programs",
        table(["", ""], [[name, value] for name, value in machine]),
    ]
    if absent:
        parts += ["## Absent", "\n".join(f"- {title}: {reason}" for title, reason in absent)]
    return "\n\n".join(part for part in parts if part) + "\n"
