/// Calls of OpenAI's API that were published with the usage that it reported.
///
/// `NEXRELAY_RECORDED_CALLS` may name a file with more of them: a JSON array of `{"source", "request", "prompt_tokens"}`.
enum RecordedCalls {
    /// Plain messages: GPT-4o and GPT-4.1 report what the relay counts, models that reason one less.
    static let plain: [(model: String, body: String, promptTokens: Int64)] = [
        ("gpt-4o", #"{"model":"gpt-4o","messages":[{"role":"user","content":""}]}"#, 7),
        ("gpt-4o", #"{"model":"gpt-4o","messages":[{"role":"user","content":[{"text":"","type":"text"},{"text":"","type":"text"}]}]}"#, 7),
        ("gpt-4o-mini", #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hi"}]}"#, 9),
        ("gpt-4.1", #"{"model":"gpt-4.1","messages":[{"role":"user","content":"What is the capital of Yemen?"}]}"#, 14),
        (
            "gpt-4.1",
            """
            {"model":"gpt-4.1","messages":[{"role":"system","content":"You are a helpful assistant."},
             {"role":"user","content":"What is four plus five?"}]}
            """, 23
        ),
        (
            "gpt-4o-mini",
            """
            {"model":"gpt-4o-mini","max_tokens":100,"temperature":0.1,"messages":[{"role":"system","content":"You are a helpful assistant."},
             {"role":"user","content":"What is Python?"},{"role":"assistant","content":"Python is a programming language."},
             {"role":"user","content":"Tell me more."}]}
            """, 39
        ),
        (
            "gpt-4o-mini",
            """
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":"Return a JSON object with a 'greeting' field"}],
             "response_format":{"type":"json_object"}}
            """, 18
        ),
        ("gpt-5", #"{"model":"gpt-5","messages":[{"role":"user","content":"What is the capital of France?"}]}"#, 13),
        (
            "gpt-5",
            #"{"model":"gpt-5","messages":[{"role":"user","content":"What is 4200 + 42?"}],"max_completion_tokens":500,"seed":42}"#, 15
        ),
        (
            "gpt-5-nano",
            #"{"model":"gpt-5-nano","messages":[{"role":"user","content":"Tell me a joke about opentelemetry"}]}"#, 15
        ),
        ("o3-mini", #"{"model":"o3-mini","messages":[{"content":"Hey, what is up?","role":"user"}],"n":1}"#, 12),
    ]

    /// Names, tools, schemas and images, which the relay bounds.
    static let bounded: [(model: String, body: String, promptTokens: Int64)] = [
        (
            "gpt-4o",
            #"{"model":"gpt-4o","messages":[{"name":"user","role":"user","content":"What is the capital of France?"}],"stream":false}"#, 15
        ),
        (
            "gpt-4o",
            """
            {"model":"gpt-4o","tool_choice":"auto","messages":[{"role":"user","content":"What is the model name?"}],"tools":[{"type":"function",
             "function":{"name":"get_model_name","description":"","parameters":{"type":"object","properties":{},"additionalProperties":false}}}]}
            """, 38
        ),
        (
            "gpt-4o-mini",
            """
            {"model":"gpt-4o-mini","tool_choice":"auto","messages":[{"role":"user","content":"What is the current year?"}],
             "tools":[{"type":"function","function":{"name":"get_current_year","description":"Returns the current year as a string.",
             "parameters":{"type":"object","properties":{},"required":[]}}}]}
            """, 46
        ),
        (
            "gpt-4o-mini, a call and its result",
            #"""
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":"What's the weather like in San Francisco?"},
             {"role":"assistant","tool_calls":[{"function":{"arguments":"{\"location\":\"San Francisco, CA\"}","name":"get_current_weather"},
             "id":"call_SWFIWhfCI6AeHuaV6EM1MRsJ","type":"function"}],"annotations":[]},{"tool_call_id":"call_SWFIWhfCI6AeHuaV6EM1MRsJ",
             "role":"tool","name":"get_current_weather","content":"{\"location\": \"San Francisco\", \"temperature\": \"72\", \"unit\": \"fahrenheit\"}"}]}
            """#, 62
        ),
        (
            "gpt-4o-mini, two calls at once",
            #"""
            {"model":"gpt-4o-mini","messages":[{"role":"system","content":"You're a helpful assistant."},
             {"role":"user","content":"What's the weather in Seattle and San Francisco today?"},{"role":"assistant","tool_calls":[
             {"id":"call_O8NOz8VlxosSASEsOY7LDUcP","function":{"arguments":"{\"location\": \"Seattle, WA\"}","name":"get_current_weather"},
             "type":"function"},{"id":"call_3m7cyuckijnpiWr6tq0Tl8Mg","function":{"arguments":"{\"location\": \"San Francisco, CA\"}",
             "name":"get_current_weather"},"type":"function"}]},{"role":"tool","content":"50 degrees and raining",
             "tool_call_id":"call_O8NOz8VlxosSASEsOY7LDUcP"},{"role":"tool","content":"70 degrees and sunny",
             "tool_call_id":"call_3m7cyuckijnpiWr6tq0Tl8Mg"}]}
            """#, 99
        ),
        (
            "gpt-4.1-nano, two tools",
            """
            {"model":"gpt-4.1-nano","messages":[{"content":"Hey, what's the weather in San Francisco? Also, any news in town?","role":"user"}],
             "tools":[{"type":"function","function":{"name":"get_weather","description":"","parameters":{"properties":{"location":
             {"type":"string"}},"required":["location"],"type":"object"}}},{"type":"function","function":{"name":"get_news","description":"",
             "parameters":{"properties":{"location":{"type":"string"}},"required":["location"],"type":"object"}}}]}
            """, 67
        ),
        (
            "gpt-5-mini, a tool",
            """
            {"model":"gpt-5-mini","tool_choice":"auto","messages":[{"content":"Call the get_mixed_content tool and describe what you received.",
             "role":"user"}],"tools":[{"function":{"description":"","name":"get_mixed_content","parameters":{"additionalProperties":false,
             "properties":{},"type":"object"}},"type":"function"}]}
            """, 126
        ),
        (
            "gpt-4o, a schema",
            """
            {"model":"gpt-4o","messages":[{"role":"user","content":"Choose a lucky number between 1 and 10"}],"response_format":
             {"type":"json_schema","json_schema":{"name":"int","schema":{"description":"Wrapper for primitive type int","properties":
             {"output":{"title":"Output","type":"integer"}},"required":["output"],"title":"intOutput","type":"object",
             "additionalProperties":false},"strict":true}}}
            """, 62
        ),
        (
            "gpt-4o, detail low",
            """
            {"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text","text":"Describe this picture:"},
             {"type":"image_url","image_url":{"detail":"low","url":"\(pixel)"}}]}]}
            """, 96
        ),
        (
            "gpt-4o, detail auto",
            """
            {"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text","text":"Describe this picture:"},
             {"type":"image_url","image_url":{"url":"\(pixel)"}}]}]}
            """, 266
        ),
    ]

    /// One pixel, as PNG.
    private static let pixel =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z/C/HgAGgwJ/lK3Q6wAAAABJRU5ErkJggg=="
}
