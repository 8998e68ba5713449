"""Calls a relay with the official client, as a customer's program does, and prints what it got as one JSON document.

usage: chat.py BASE_URL API_KEY MODEL
"""

import json
import sys

from openai import OpenAI

base_url, api_key, model = sys.argv[1:4]
client = OpenAI(base_url=base_url, api_key=api_key, max_retries=0)
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a relay? Größe: 5 µm 🙂"}]


def plain():
    raw = client.chat.completions.with_raw_response.create(model=model, messages=messages, max_tokens=40)
    answer = raw.parse()
    return {
        "request_id": raw.headers["x-request-id"],
        "charged": raw.headers["x-nexrelay-credits-charged"],
        "model": answer.model,
        "content": answer.choices[0].message.content,
        "finish_reason": answer.choices[0].finish_reason,
        "usage": answer.usage.model_dump(),
    }


def streamed(**options):
    raw = client.chat.completions.with_raw_response.create(
        model=model, messages=messages, max_completion_tokens=40, stream=True, **options
    )
    content, models, empty, usages = "", set(), 0, []
    for chunk in raw.parse():
        models.add(chunk.model)
        if chunk.usage:
            usages.append(chunk.usage.model_dump())
        if not chunk.choices:
            empty += 1
        elif chunk.choices[0].delta.content:
            content += chunk.choices[0].delta.content
    return {
        "request_id": raw.headers["x-request-id"],
        "content": content,
        "models": sorted(models),
        "chunks_without_choices": empty,
        "usages": usages,
    }


print(
    json.dumps(
        {
            "plain": plain(),
            "streamed": streamed(),
            "streamed_with_usage": streamed(stream_options={"include_usage": True}),
            "models": [listed.id for listed in client.models.list()],
            "model": client.models.retrieve(model).id,
        }
    )
)
