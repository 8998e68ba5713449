import NIOCore

/// One event of an event stream, before it has a style.
struct WireEvent: Equatable, Sendable {
    /// The `event` field; none where absent.
    var name: String?
    var data: BodyParts

    init(name: String? = nil, data: BodyParts) {
        self.name = name
        self.data = data
    }

    static let done = WireEvent(data: BodyParts("[DONE]"))
}
