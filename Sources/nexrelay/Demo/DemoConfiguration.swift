/// The `relay.yaml` of a demo, which lies in its data directory.
enum DemoConfiguration {
    /// - Parameter simulatorPort: of the simulated upstream; nil for OpenAI itself.
    static func text(port: Int, simulatorPort: Int?) -> String {
        let upstream =
            simulatorPort.map {
                """
                  - name: simulated
                    base_url: http://127.0.0.1:\($0)/v1
                    api_key: simulated
                """
            } ?? """
                  - name: openai
                    base_url: https://api.openai.com/v1
                    api_key: ${OPENAI_API_KEY}
                """
        return """
            # Written by `nexrelay demo` at each start.
            data: .
            public: { host: 127.0.0.1, port: \(port) }
            admin: { host: 127.0.0.1, port: \(port + 1) }
            upstreams:
            \(upstream)
                models: [gpt-5.2, gpt-5.3, gpt-5.4, gpt-5.5]
            log: { level: warning }

            """
    }
}
