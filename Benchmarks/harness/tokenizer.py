"""The relay's tokenizer beside OpenAI's tiktoken: the same texts, one thread each, in turns."""

import base64
import json
import os
import random
import subprocess
from pathlib import Path
from statistics import median

from .report import table

PROJECT = Path(__file__).resolve().parent.parent.parent
TABLE = PROJECT / "share/nexrelay/o200k.table"
RANKS = PROJECT / "share/nexrelay/ranks"
PYTHON = PROJECT / ".venv/bin/python"
RUNS = (1_000, 30_000, 1_000_000)

# What a Python program pays for a count: the string is there, and the list of tokens is made.
TIKTOKEN = """
import sys, time, json, tiktoken
encoding = tiktoken.get_encoding("o200k_base")
seconds = float(sys.argv[1])
for name in sys.argv[2:]:
    text = open(name, encoding="utf-8", newline="").read()
    size, rounds, start = len(text.encode()), 0, time.perf_counter()
    while rounds == 0 or time.perf_counter() - start < seconds:
        tokens = len(encoding.encode_ordinary(text))
        rounds += 1
    print(json.dumps({"file": name, "tokens": tokens, "bytesPerSecond": size * rounds / (time.perf_counter() - start)}))
"""


class TokenizerComparison:
    """Both tokenizers over ordinary and awkward texts."""

    def __init__(self, program, folder, rounds, seconds):
        self.program, self.folder, self.rounds, self.seconds = Path(program), Path(folder), rounds, seconds
        self.own, self.other, self.loads = {}, {}, []

    def absent(self):
        for path in (self.program, TABLE, PYTHON):
            if not path.exists():
                return f"no {path.name}: make setup, make build"
        return None

    def run(self):
        files = [self._write(name, text) for name, text in texts().items()]
        for _ in range(self.rounds):
            for line in self._lines([self.program, TABLE, self.seconds, *files]):
                if "loadMilliseconds" in line:
                    self.loads.append(line["loadMilliseconds"])
                else:
                    self._note(self.own, line)
            environment = {**os.environ, "TIKTOKEN_CACHE_DIR": str(RANKS)}
            for line in self._lines([PYTHON, "-c", TIKTOKEN, self.seconds, *files], environment):
                self._note(self.other, line)
        for name, (tokens, _) in self.own.items():
            if self.other[name][0] != tokens:
                raise RuntimeError(f"{name}: {tokens} tokens, and {self.other[name][0]} by tiktoken")

    def section(self):
        rows = []
        for name, (tokens, speeds) in self.own.items():
            own, other = median(speeds), median(self.other[name][1])
            rows.append([name, f"{tokens:,}", f"{own / 1e6:.1f}", f"{other / 1e6:.1f}", f"{own / other:.1f}"])
        return "\n\n".join([
            "## Counting tokens",
            f"The relay's tokenizer beside tiktoken {self._version()} from PyPI, one thread each, in turns, {self.rounds} rounds of "
            f"{self.seconds} s a text; medians. Both count the same tokens. The table loads in {median(self.loads):.1f} ms. The last rows "
            "are runs that nothing cuts, for which merging pair by pair takes quadratic time, at three lengths.",
            table(["text", "tokens", "NexRelay MB/s", "tiktoken MB/s", "ratio"], rows),
        ])

    def _write(self, name, text):
        path = self.folder / name.replace(" ", "_").replace(",", "")
        path.write_text(text, encoding="utf-8", newline="")
        self.names = {**getattr(self, "names", {}), str(path): name}
        return path

    def _note(self, results, line):
        name = self.names[line["file"]]
        results.setdefault(name, (line["tokens"], []))[1].append(line["bytesPerSecond"])

    @staticmethod
    def _lines(command, environment=None):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=environment, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip()[-300:] or "a tokenizer failed without a word")
        return [json.loads(line) for line in done.stdout.splitlines()]

    @staticmethod
    def _version():
        code = "import importlib.metadata as m; print(m.version('tiktoken'))"
        return subprocess.run([PYTHON, "-c", code], capture_output=True, text=True).stdout.strip()


def texts():
    """By name: what people write, what programs write, and what nobody would."""
    generator = random.Random(1)

    def draw(*ranges):
        first, last = generator.choice(ranges)
        return chr(generator.randint(first, last))

    letters = "abcdefghijklmnopqrstuvwxyz"
    prose = "".join(path.read_text() for path in sorted(PROJECT.glob("*.md")) + sorted(PROJECT.glob("docs/**/*.md")))
    code = "".join(path.read_text() for path in sorted(PROJECT.glob("Sources/**/*.swift")))
    scripts = [(0x400, 0x44F), (0x5D0, 0x5EA), (0x621, 0x64A), (0x905, 0x939), (0xE01, 0xE2E), (0x3041, 0x3096), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3)]
    words = ["".join(draw(scripts[number % len(scripts)]) for _ in range(generator.randint(2, 8))) for number in range(40_000)]
    json_lines = [{"id": number, "name": "".join(generator.choices(letters, k=7)), "values": [generator.random(), None, True]} for number in range(3_000)]
    listed = {
        "English prose": prose * 4,
        "Swift code": code,
        "JSON": "\n".join(json.dumps(line) for line in json_lines),
        "eight scripts, random words": " ".join(words),
        "emoji": "".join(draw((0x1F300, 0x1FAFF)) for _ in range(60_000)),
        "base 64": base64.b64encode(generator.randbytes(200_000)).decode(),
        "random letters, no space": "".join(generator.choices(letters, k=200_000)),
    }
    for count in RUNS:
        listed[f"{count:,} times a"] = "a" * count
    for count in RUNS:
        listed[f"{count:,} dashes"] = "-" * count
    for count in RUNS:
        listed[f"{count:,} random letters"] = "".join(generator.choices(letters, k=count))
    return listed
