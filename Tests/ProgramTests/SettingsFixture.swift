@testable import nexrelay

/// Configurations for tests.
enum SettingsFixture {
    /// The least that a relay needs.
    static let upstream = """
        upstreams:
          - name: one
            base_url: http://127.0.0.1:9000/v1
            api_key: sk-test
            models: [gpt-5.2]
        """

    static func load(_ text: String, _ variables: [String: String] = [:]) throws(SettingsFailure) -> Settings {
        try SettingsLoader(file: "/etc/nexrelay/relay.yaml", variables: variables).settings(from: text).settings
    }

    /// What is wrong with a configuration, a line each; empty when nothing is.
    static func faults(_ text: String, _ variables: [String: String] = [:]) -> [String] {
        do {
            _ = try SettingsLoader(file: "relay.yaml", variables: variables).settings(from: text)
            return []
        } catch {
            return error.lines
        }
    }
}
