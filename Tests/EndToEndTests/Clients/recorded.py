"""An official client that keeps count of what it was answered, also where it tries again on its own."""

import openai


class Recorded:
    def __init__(self, base_url, api_key, **options):
        self.request_ids = []
        hooks = {"response": [lambda response: self.request_ids.append(response.headers.get("x-request-id"))]}
        self.client = openai.OpenAI(
            base_url=base_url, api_key=api_key, http_client=openai.DefaultHttpxClient(event_hooks=hooks), **options
        )


def chat_usage(usage):
    """A usage of chat, completions or embeddings, in the words of a receipt; `input` with what was read from the cache."""
    details = getattr(usage, "prompt_tokens_details", None)
    return {
        "input": usage.prompt_tokens,
        "output": getattr(usage, "completion_tokens", 0),
        "cached_read": (details and details.cached_tokens) or 0,
    }


def responses_usage(usage):
    details = usage.input_tokens_details
    return {
        "input": usage.input_tokens,
        "output": usage.output_tokens,
        "cached_read": (details and details.cached_tokens) or 0,
    }
