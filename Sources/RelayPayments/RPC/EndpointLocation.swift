import Foundation

/// Where an endpoint is. Its path, query or user may be a secret, so it describes itself by its host alone.
public struct EndpointLocation: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    public let host: String
    /// Without the user.
    let url: String
    /// The `authorization` header that the user of the URL asks for.
    let authorization: String?

    /// - Parameter text: `http` or `https`.
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = parts.host, !host.isEmpty
        else { return nil }
        self.host = host
        if let user = parts.user {
            authorization = "Basic " + Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
        } else {
            authorization = nil
        }
        parts.user = nil
        parts.password = nil
        parts.fragment = nil
        guard let url = parts.string else { return nil }
        self.url = url
    }

    /// `api.example#2`: in logs, errors and metrics.
    /// - Parameter number: its place in the configuration, from 1.
    public func name(_ number: Int) -> String { "\(host)#\(number)" }

    public var description: String { host }
    public var customMirror: Mirror { Mirror(self, children: ["host": host]) }
}
