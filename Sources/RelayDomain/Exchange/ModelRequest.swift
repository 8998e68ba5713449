/// What a request says about its model, before any route is known.
public enum ModelRequest: Hashable, Sendable {
    /// The plan's default route: `auto`, or no model at all.
    case automatic(isNamed: Bool)
    /// One model, never swapped for another.
    case named(String)
    /// One model that the relay's configuration names where the request does not.
    case assumed(String)
    /// A list of the customer's own, tried in its order.
    case fallback([String])

    /// The name of the plan's default route.
    public static let automaticName = "auto"

    /// What a receipt shows as `requested_model`: nil where nothing was named, the first of a list.
    public var receiptName: String? {
        switch self {
        case .automatic(let isNamed): isNamed ? Self.automaticName : nil
        case .named(let name): name
        case .assumed: nil
        case .fallback(let names): names.first
        }
    }
}
