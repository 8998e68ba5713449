"""Calls a relay through LiteLLM as a library, and prints the calls in their order.

usage: with_litellm.py BASE_URL API_KEY MODEL PART…
parts: chat, responses, embeddings
"""

import os

# It would fetch its price list at each start.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import json
import sys
from importlib.metadata import version

import litellm

base_url, api_key, model = sys.argv[1:4]
litellm.telemetry = False
litellm.suppress_debug_info = True
options = {"model": f"openai/{model}", "api_base": base_url, "api_key": api_key, "num_retries": 0, "max_retries": 0}
hello = [{"role": "user", "content": "What is a relay?"}]
tools = [
    {
        "type": "function",
        "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
    }
]
calls = []


def usage_of(usage):
    details = usage.prompt_tokens_details
    return {
        "input": usage.prompt_tokens,
        "output": usage.completion_tokens,
        "cached_read": (details and details.cached_tokens) or 0,
    }


def plain():
    answer = litellm.completion(messages=hello, max_tokens=100, **options)
    calls.append({"name": "plain", "usage": usage_of(answer.usage), "text": answer.choices[0].message.content})


def streamed():
    stream = litellm.completion(messages=hello, stream=True, stream_options={"include_usage": True}, **options)
    chunks = list(stream)
    usage = [chunk.usage for chunk in chunks if getattr(chunk, "usage", None)][-1]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    calls.append({"name": "streamed", "usage": usage_of(usage), "text": text})


def tool():
    messages = [{"role": "user", "content": "[[simulate tools]]"}]
    answer = litellm.completion(messages=messages, tools=tools, **options)
    call = answer.choices[0].message.tool_calls[0]
    calls.append({"name": "tool", "usage": usage_of(answer.usage), "tool": call.function.name})


def responses():
    response = litellm.responses(input="What is a relay?", **options)
    usage = response.usage
    details = usage.input_tokens_details
    calls.append(
        {
            "name": "responses",
            "usage": {
                "input": usage.input_tokens,
                "output": usage.output_tokens,
                "cached_read": (details and details.cached_tokens) or 0,
            },
            "text": response.output[0].content[0].text,
        }
    )


def embeddings():
    answer = litellm.embedding(input=["What is a relay?"], **options)
    calls.append(
        {
            "name": "embeddings",
            "usage": {"input": answer.usage.prompt_tokens, "output": 0, "cached_read": 0},
            "vectors": len(answer.data),
        }
    )


def refusals():
    seen = {}
    for name, changes in {"wrong_key": {"api_key": "nxr_wrong"}, "no_model": {"model": "openai/gpt-none"}}.items():
        try:
            litellm.completion(messages=hello, **{**options, **changes})
        except Exception as error:
            seen[name] = type(error).__name__
    return seen


parts = {"chat": [plain, streamed, tool], "responses": [responses], "embeddings": [embeddings]}

for part in sys.argv[4:]:
    for function in parts[part]:
        function()
print(json.dumps({"version": version("litellm"), "calls": calls, "refusals": refusals()}))
