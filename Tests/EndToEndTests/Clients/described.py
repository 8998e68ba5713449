"""Calls a relay as its own description says, well and badly, and prints every answer that the description does not allow.

The calls are Schemathesis': examples, the edges of every field, then random ones.

usage: described.py BASE_URL API_KEY REQUEST_ID EXAMPLES

BASE_URL is without /v1. REQUEST_ID is that of a receipt. EXAMPLES bounds the random calls of each operation.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

base_url, api_key, request_id, examples = sys.argv[1:5]
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
# Identifiers that exist, where random ones would only ever be unknown.
settings = f"""
[[operations]]
include-path = "/v1/receipts/{{request_id}}"
parameters = {{ request_id = "{request_id}" }}
"""

with tempfile.TemporaryDirectory() as folder:
    report = Path(folder, "report.json")
    Path(folder, "schemathesis.toml").write_text(settings)
    process = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{base_url}/openapi.json",
            f"--url={base_url}",
            f"--header=Authorization: Bearer {api_key}",
            f"--checks={','.join(checks)}",
            "--phases=examples,coverage,fuzzing",
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
