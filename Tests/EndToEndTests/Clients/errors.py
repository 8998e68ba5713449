"""Provokes every kind of error with the official client, which tries again what it may, and prints which exception each became and how
often the relay was asked.

usage: errors.py BASE_URL KEYS

KEYS is a JSON object of API keys: good, poor (no money for one request), narrow (may use one other model), spent (its budget is used up),
slow (one request a minute), suspended (of a suspended account).
"""

import json
import sys

import openai
from recorded import Recorded

base_url = sys.argv[1]
keys = json.loads(sys.argv[2])
hello = [{"role": "user", "content": "Hello"}]
fault = [{"role": "user", "content": "[[simulate status=500]]"}]


def outcome(key, model="gpt-5.2", messages=hello, retries=2, **options):
    recorded = Recorded(base_url, key, max_retries=retries)
    try:
        recorded.client.chat.completions.create(model=model, messages=messages, **options)
        return {"exception": None, "asked": len(recorded.request_ids)}
    except openai.APIStatusError as error:
        return {
            "exception": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "type": error.type,
            "param": error.param,
            "message": error.message,
            "should_retry": error.response.headers.get("x-should-retry"),
            "retry_after": error.response.headers.get("retry-after"),
            "request_id": error.request_id,
            "asked": len(recorded.request_ids),
        }


def repeated(*bodies):
    """The last of several requests with one idempotency key."""
    for body in bodies:
        last = outcome(keys["good"], messages=[{"role": "user", "content": body}], extra_headers={"Idempotency-Key": "one"})
    return last


def broken_stream():
    """A stream whose upstream dies half-way ends in an error, and not as if it were whole."""
    recorded = Recorded(base_url, keys["good"])
    stream = recorded.client.chat.completions.create(
        model="gpt-5.2", messages=[{"role": "user", "content": "[[simulate chunks=10; cut=5]]"}], stream=True
    )
    chunks = 0
    try:
        for _ in stream:
            chunks += 1
        return {"exception": None, "chunks": chunks, "asked": len(recorded.request_ids)}
    except openai.APIError as error:
        return {"exception": type(error).__name__, "code": error.code, "chunks": chunks, "asked": len(recorded.request_ids)}


# The slow key's only request of this minute.
outcome(keys["slow"])

print(
    json.dumps(
        {
            "version": openai.__version__,
            "wrong_key": outcome("nxr_wrong"),
            "no_balance": outcome(keys["poor"]),
            "suspended": outcome(keys["suspended"]),
            "model_not_allowed": outcome(keys["narrow"]),
            "no_model": outcome(keys["good"], model="gpt-none"),
            "bad_request": outcome(keys["good"], max_tokens=0),
            "key_reused": repeated("One", "Two"),
            "budget_used_up": outcome(keys["spent"]),
            "rate": outcome(keys["slow"], retries=0),
            "upstream_fails": outcome(keys["good"], messages=fault),
            "broken_stream": broken_stream(),
        }
    )
)
