"""Calls a relay through Pydantic AI, and prints the calls in their order.

usage: with_pydantic_ai.py BASE_URL API_KEY MODEL PART…
parts: chat, responses
"""

import asyncio
import json
import sys
from importlib.metadata import version

from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

base_url, api_key, model = sys.argv[1:4]
calls = []


class City(BaseModel):
    city: str
    people: int


def provider(key=api_key):
    return OpenAIProvider(openai_client=AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0))


def chat_model(name=model, key=api_key):
    return OpenAIChatModel(name, provider=provider(key))


def note(name, usage, **facts):
    calls.append(
        {
            "name": name,
            "usage": {"input": usage.input_tokens, "output": usage.output_tokens, "cached_read": usage.cache_read_tokens},
            **facts,
        }
    )


async def plain():
    result = await Agent(chat_model()).run("What is a relay?")
    note("plain", result.usage, text=result.output)


async def streamed():
    async with Agent(chat_model()).run_stream("What is a relay?") as result:
        text = await result.get_output()
        note("streamed", result.usage, text=text)


async def structured():
    content = json.dumps({"city": "Lisbon", "people": 545796})
    agent = Agent(chat_model(), output_type=NativeOutput(City))
    result = await agent.run(f"[[simulate {json.dumps({'content': content})}]]")
    note("structured", result.usage, parsed=result.output.model_dump())


async def responses():
    result = await Agent(OpenAIResponsesModel(model, provider=provider())).run("What is a relay?")
    note("responses", result.usage, text=result.output)


async def refusals():
    seen = {}
    for name, refused in {"wrong_key": chat_model(key="nxr_wrong"), "no_model": chat_model(name="gpt-none")}.items():
        try:
            await Agent(refused).run("Hello")
        except ModelHTTPError as error:
            seen[name] = error.status_code
    return seen


parts = {"chat": [plain, streamed, structured], "responses": [responses]}


async def main():
    for part in sys.argv[4:]:
        for function in parts[part]:
            await function()
    print(json.dumps({"version": version("pydantic-ai-slim"), "calls": calls, "refusals": await refusals()}))


asyncio.run(main())
