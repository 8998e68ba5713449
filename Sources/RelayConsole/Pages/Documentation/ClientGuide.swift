/// How programs are pointed at this relay, a line each.
struct ClientGuide {
    let base: BaseAddress
    /// One that can be called here.
    let model: String

    private var url: String { "\(base)/v1" }

    var curl: String {
        """
        curl \(url)/chat/completions \\
          -H "Authorization: Bearer $NEXRELAY_API_KEY" \\
          -H 'Content-Type: application/json' \\
          -d '{"model":"\(model)","messages":[{"role":"user","content":"Hello"}]}'
        """
    }

    var python: String {
        """
        from openai import OpenAI

        client = OpenAI(base_url="\(url)", api_key="nxr_…")
        answer = client.chat.completions.create(
            model="\(model)", messages=[{"role": "user", "content": "Hello"}]
        )
        print(answer.choices[0].message.content, answer._request_id)
        """
    }

    var lines: [[String: Any]] {
        [
            ("JavaScript", "new OpenAI({ baseURL: \"\(url)\", apiKey: process.env.NEXRELAY_API_KEY })"),
            ("LangChain", "ChatOpenAI(model=\"\(model)\", base_url=\"\(url)\", api_key=\"nxr_…\", stream_usage=True)"),
            ("LiteLLM", "litellm.completion(model=\"openai/\(model)\", api_base=\"\(url)\", api_key=\"nxr_…\", messages=[…])"),
            ("Pydantic AI", "OpenAIProvider(base_url=\"\(url)\", api_key=\"nxr_…\")"),
            ("aider", "OPENAI_API_BASE=\(url) OPENAI_API_KEY=nxr_… aider --model openai/\(model)"),
            ("Codex CLI", "base_url = \"\(url)\", env_key = \"NEXRELAY_API_KEY\", wire_api = \"responses\""),
            ("opencode", "\"options\": { \"baseURL\": \"\(url)\", \"apiKey\": \"{env:NEXRELAY_API_KEY}\" }"),
            ("Zed", "\"openai_compatible\": { \"NexRelay\": { \"api_url\": \"\(url)\" } }"),
            ("Continue", "provider: openai, apiBase: \(url), apiKey: nxr_…"),
            ("Cline, Cursor", "OpenAI Compatible; Base URL \(url)"),
            ("Others", "OPENAI_BASE_URL=\(url) OPENAI_API_KEY=nxr_…"),
        ].map { ["client": $0, "line": $1] }
    }
}
