"""Provokes refusals with the official client, which retries what it may, and prints which exception each one became.

usage: refusals.py BASE_URL API_KEY POOR_API_KEY
"""

import json
import sys

import openai

base_url, api_key, poor_api_key = sys.argv[1:4]
hello = [{"role": "user", "content": "Hello"}]


def outcome(key, model="gpt-5.2", messages=hello, **options):
    client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=2)
    try:
        client.chat.completions.create(model=model, messages=messages, **options)
        return {"exception": None}
    except openai.APIStatusError as error:
        return {
            "exception": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "type": error.type,
            "param": error.param,
            "message": error.message,
            "should_retry": error.response.headers.get("x-should-retry"),
            "request_id": error.request_id,
            "retries": error.response.request.headers.get("x-stainless-retry-count"),
        }


print(
    json.dumps(
        {
            "wrong_key": outcome("nxr_wrong"),
            "no_balance": outcome(poor_api_key),
            "no_balance_streamed": outcome(poor_api_key, stream=True),
            "no_model": outcome(api_key, model="gpt-none"),
            "bad_request": outcome(api_key, max_tokens=0),
            "upstream_refuses": outcome(api_key, messages=[{"role": "user", "content": "[[simulate status=400]]"}]),
        }
    )
)
