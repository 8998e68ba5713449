"""Calls a relay through LangChain, and prints the calls in their order.

usage: with_langchain.py BASE_URL API_KEY MODEL PART…
parts: chat, responses, embeddings
"""

import json
import sys
from importlib.metadata import version

import openai
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

base_url, api_key, model = sys.argv[1:4]
calls = []


class City(BaseModel):
    """A city."""

    city: str
    people: int


def get_weather(city: str) -> str:
    """The weather of a city."""
    return "Sunny."


def chat_model(**options):
    return ChatOpenAI(model=model, base_url=base_url, api_key=api_key, max_retries=0, stream_usage=True, **options)


def note(name, message, **facts):
    usage = message.usage_metadata
    cached = (usage.get("input_token_details") or {}).get("cache_read", 0)
    calls.append(
        {
            "name": name,
            "request_id": message.response_metadata.get("headers", {}).get("x-request-id"),
            "usage": {"input": usage["input_tokens"], "output": usage["output_tokens"], "cached_read": cached},
            **facts,
        }
    )


def plain():
    answer = chat_model(include_response_headers=True).invoke("What is a relay?")
    note("plain", answer, text=answer.content)


def streamed():
    whole = None
    for chunk in chat_model().stream("What is a relay?"):
        whole = chunk if whole is None else whole + chunk
    note("streamed", whole, text=whole.content)


def tool():
    answer = chat_model().bind_tools([get_weather]).invoke("[[simulate tools]]")
    note("tool", answer, tool=answer.tool_calls[0]["name"], arguments=answer.tool_calls[0]["args"])


def structured():
    content = json.dumps({"city": "Lisbon", "people": 545796})
    text = f"[[simulate {json.dumps({'content': content})}]]"
    answer = chat_model().with_structured_output(City, method="json_schema", include_raw=True).invoke(text)
    note("structured", answer["raw"], parsed=answer["parsed"].model_dump())


def responses():
    answer = chat_model(use_responses_api=True).invoke("What is a relay?")
    note("responses", answer, text=answer.text)


def embeddings():
    # Without this it counts tokens itself, with a vocabulary that it would fetch.
    embedder = OpenAIEmbeddings(
        model=model, base_url=base_url, api_key=api_key, max_retries=0, check_embedding_ctx_length=False
    )
    vectors = embedder.embed_documents(["What is a relay?", "What is a race?"])
    calls.append({"name": "embeddings", "usage": None, "vectors": len(vectors)})


def refusals():
    seen = {}
    for name, options in {"wrong_key": {"api_key": "nxr_wrong"}, "no_model": {"model": "gpt-none"}}.items():
        try:
            ChatOpenAI(**{"model": model, "base_url": base_url, "api_key": api_key, "max_retries": 0, **options}).invoke("Hello")
        except openai.APIError as error:
            seen[name] = error.code
    return seen


parts = {"chat": [plain, streamed, tool, structured], "responses": [responses], "embeddings": [embeddings]}

for part in sys.argv[4:]:
    for function in parts[part]:
        function()
print(json.dumps({"version": version("langchain-openai"), "calls": calls, "refusals": refusals()}))
