"""Encodes with OpenAI's tiktoken: one JSON array of texts in the file that is named, one line of ranks for each on standard output."""

import json
import sys

import tiktoken

encoding = tiktoken.get_encoding("o200k_base")
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
sys.stdout.write("".join(" ".join(map(str, encoding.encode_ordinary(text))) + "\n" for text in texts))
