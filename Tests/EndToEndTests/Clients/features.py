"""Uses each endpoint with the official client, in every way that it offers, and prints the calls in their order.

usage: features.py BASE_URL API_KEY MODEL PART…
parts: chat, responses, counting, completions, embeddings, moderations
"""

import asyncio
import json
import sys

import openai
from pydantic import BaseModel
from recorded import Recorded, chat_usage, responses_usage

base_url, api_key, model = sys.argv[1:4]
recorded = Recorded(base_url, api_key, max_retries=0)
client = recorded.client
calls = []

hello = [{"role": "user", "content": "What is a relay?"}]
weather = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
chat_tools = [{"type": "function", "function": weather}]
response_tools = [{"type": "function", "strict": False, **weather}]


class City(BaseModel):
    city: str
    people: int


schema = {**City.model_json_schema(), "additionalProperties": False}
lisbon = '{"city": "Lisbon", "people": 545796}'


def simulated(**directives):
    """A text that the simulated upstream takes its orders from."""
    return f"[[simulate {json.dumps(directives)}]]"


def asking(text):
    return [{"role": "user", "content": text}]


def call(name, function):
    """Makes one request, and notes what it was."""
    seen = len(recorded.request_ids)
    usage, facts = function()
    (request_id,) = recorded.request_ids[seen:]
    calls.append({"name": name, "request_id": request_id, "usage": usage, **facts})


# chat


def chat_plain():
    answer = client.chat.completions.create(model=model, messages=hello)
    return chat_usage(answer.usage), {"text": answer.choices[0].message.content}


def chat_streamed():
    stream = client.chat.completions.create(
        model=model, messages=hello, stream=True, stream_options={"include_usage": True}
    )
    text, usage = "", None
    for chunk in stream:
        usage = chunk.usage or usage
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
    return chat_usage(usage), {"text": text}


def chat_stream_helper():
    with client.chat.completions.stream(
        model=model, messages=hello, stream_options={"include_usage": True}
    ) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    return chat_usage(final.usage), {"text": final.choices[0].message.content, "ended": kinds[-1], "events": len(kinds)}


def chat_tool():
    answer = client.chat.completions.create(
        model=model, messages=asking(simulated(tools=1)), tools=chat_tools, tool_choice="auto"
    )
    tool = answer.choices[0].message.tool_calls[0]
    return chat_usage(answer.usage), {
        "finish_reason": answer.choices[0].finish_reason,
        "tool": tool.function.name,
        "arguments": json.loads(tool.function.arguments),
    }


def chat_tool_streamed():
    with client.chat.completions.stream(
        model=model,
        messages=asking(simulated(tools=1)),
        tools=chat_tools,
        stream_options={"include_usage": True},
    ) as stream:
        final = stream.get_final_completion()
    tool = final.choices[0].message.tool_calls[0]
    return chat_usage(final.usage), {
        "finish_reason": final.choices[0].finish_reason,
        "tool": tool.function.name,
        "arguments": json.loads(tool.function.arguments),
    }


def chat_tool_result():
    messages = [
        *hello,
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Lisbon"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "Sunny."},
    ]
    answer = client.chat.completions.create(model=model, messages=messages, tools=chat_tools)
    return chat_usage(answer.usage), {"text": answer.choices[0].message.content}


def chat_json_schema():
    answer = client.chat.completions.create(
        model=model,
        messages=asking(simulated(content=lisbon)),
        response_format={"type": "json_schema", "json_schema": {"name": "City", "strict": True, "schema": schema}},
    )
    return chat_usage(answer.usage), {"parsed": json.loads(answer.choices[0].message.content)}


def chat_parsed():
    answer = client.chat.completions.parse(
        model=model, messages=asking(simulated(content=lisbon)), response_format=City
    )
    return chat_usage(answer.usage), {"parsed": answer.choices[0].message.parsed.model_dump()}


def chat_image():
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    content = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{png}"}},
    ]
    answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])
    return chat_usage(answer.usage), {"text": answer.choices[0].message.content}


def chat_asynchronous():
    async def ask():
        async with openai.AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0) as asynchronous:
            raw = await asynchronous.chat.completions.with_raw_response.create(model=model, messages=hello)
        recorded.request_ids.append(raw.headers["x-request-id"])
        return raw.parse()

    answer = asyncio.run(ask())
    return chat_usage(answer.usage), {"text": answer.choices[0].message.content}


# responses


def responses_plain():
    response = client.responses.create(model=model, input="What is a relay?", instructions="Be brief.")
    return responses_usage(response.usage), {"text": response.output_text, "status": response.status}


def responses_streamed():
    text, final, numbers = "", None, []
    for event in client.responses.create(model=model, input="What is a relay?", stream=True):
        numbers.append(event.sequence_number)
        if event.type == "response.output_text.delta":
            text += event.delta
        if event.type in ("response.completed", "response.incomplete"):
            final = event.response
    return responses_usage(final.usage), {"text": text, "status": final.status, "in_order": numbers == sorted(set(numbers))}


def responses_stream_helper():
    with client.responses.stream(model=model, input="What is a relay?") as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    return responses_usage(final.usage), {"text": final.output_text, "ended": kinds[-1], "events": len(kinds)}


def responses_parsed():
    response = client.responses.parse(model=model, input=simulated(content=lisbon), text_format=City)
    return responses_usage(response.usage), {"parsed": response.output_parsed.model_dump()}


def responses_tool():
    response = client.responses.create(model=model, input=simulated(tools=1), tools=response_tools)
    (tool,) = [item for item in response.output if item.type == "function_call"]
    return responses_usage(response.usage), {"tool": tool.name, "arguments": json.loads(tool.arguments)}


def responses_limited():
    response = client.responses.create(model=model, input=simulated(chunks=200), max_output_tokens=16)
    return responses_usage(response.usage), {"status": response.status, "reason": response.incomplete_details.reason}


def responses_input_tokens():
    count = client.responses.input_tokens.count(model=model, input="What is a relay?")
    return None, {"object": count.object, "input_tokens": count.input_tokens}


# completions, embeddings, moderations


def completions_plain():
    answer = client.completions.create(model=model, prompt="What is a relay?", max_tokens=40)
    return chat_usage(answer.usage), {"text": answer.choices[0].text}


def completions_streamed():
    text, usage = "", None
    for chunk in client.completions.create(
        model=model, prompt="What is a relay?", max_tokens=40, stream=True, stream_options={"include_usage": True}
    ):
        usage = chunk.usage or usage
        text += "".join(choice.text for choice in chunk.choices)
    return chat_usage(usage), {"text": text}


def completions_several():
    answer = client.completions.create(model=model, prompt=["One", "Two"], max_tokens=10)
    return chat_usage(answer.usage), {"answers": len(answer.choices)}


def embeddings_plain():
    answer = client.embeddings.create(model=model, input=["What is a relay?", "What is a race?"])
    return chat_usage(answer.usage), {
        "vectors": len(answer.data),
        "are_numbers": all(isinstance(number, float) for item in answer.data for number in item.embedding),
    }


def embeddings_as_numbers():
    answer = client.embeddings.create(model=model, input="What is a relay?", encoding_format="float")
    return chat_usage(answer.usage), {
        "vectors": len(answer.data),
        "are_numbers": all(isinstance(number, float) for item in answer.data for number in item.embedding),
    }


def moderations_plain():
    answer = client.moderations.create(model=model, input="I like relays.")
    return None, {"flagged": answer.results[0].flagged}


parts = {
    "chat": [
        chat_plain,
        chat_streamed,
        chat_stream_helper,
        chat_tool,
        chat_tool_streamed,
        chat_tool_result,
        chat_json_schema,
        chat_parsed,
        chat_image,
        chat_asynchronous,
    ],
    "responses": [
        responses_plain,
        responses_streamed,
        responses_stream_helper,
        responses_parsed,
        responses_tool,
        responses_limited,
    ],
    "counting": [responses_input_tokens],
    "completions": [completions_plain, completions_streamed, completions_several],
    "embeddings": [embeddings_plain, embeddings_as_numbers],
    "moderations": [moderations_plain],
}

for part in sys.argv[4:]:
    for function in parts[part]:
        call(function.__name__, function)
print(json.dumps({"version": openai.__version__, "calls": calls}))
