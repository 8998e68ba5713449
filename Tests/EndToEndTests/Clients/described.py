"""Calls a listener as its own description says, well and badly, and prints every answer that the description does not allow.

The calls are Schemathesis': examples, the edges of every field, random ones, and some that follow from each other.

usage: described.py BASE_URL DESCRIPTION_PATH TOKEN EXAMPLES [PATH PARAMETER VALUE]

EXAMPLES bounds the random calls of each operation. VALUE is what a parameter of a path is, where a random one would only ever be unknown.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

base_url, description_path, token, examples = sys.argv[1:5]
checks = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
]
settings = ""
if sys.argv[5:]:
    path, parameter, value = sys.argv[5:8]
    settings = f'[[operations]]\ninclude-path = "{path}"\nparameters = {{ {parameter} = "{value}" }}\n'

with tempfile.TemporaryDirectory() as folder:
    report = Path(folder, "report.json")
    Path(folder, "schemathesis.toml").write_text(settings)
    process = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            base_url + description_path,
            f"--url={base_url}",
            f"--header=Authorization: Bearer {token}",
            f"--checks={','.join(checks)}",
            "--phases=examples,coverage,fuzzing,stateful",
            f"--max-examples={examples}",
            "--continue-on-failure",
            "--generation-database=none",
            "--warnings=off",
            "--no-color",
            "--report=json",
            f"--report-json-path={report}",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if not report.exists():
        sys.exit(process.stdout[-4000:] + process.stderr[-4000:])
    seen = json.loads(report.read_text())

print(
    json.dumps(
        {
            "version": version("schemathesis"),
            "exit_code": process.returncode,
            "seed": seen["seed"],
            "complete": seen["complete"],
            "operations": seen["operations"],
            "calls": seen["test_cases"]["generated"],
            "failures": seen["failures"],
            "text": "" if process.returncode == 0 else process.stdout[-8000:],
        }
    )
)
