import RelayDomain

/// `/status`: whether requests are taken, and which models can be served. Of upstreams it says nothing: customers buy models.
struct StatusPage {
    enum Availability: Hashable {
        case available
        /// One request tries whether it works again.
        case recovering
        /// - Parameter seconds: until the next try.
        case unavailable(seconds: Int64)
        /// No upstream is configured for it.
        case notServed
    }

    let catalogue: Catalogue
    let health: [UpstreamHealth]
    /// Whether the books can be written, without which nothing is taken.
    let isTaking: Bool
    let version: String
    let readAt: Timestamp

    var html: String {
        let models = catalogue.models.map { ($0.name, availability(of: $0.name)) }
        return StatusTemplate.page.html(
            title: "Status", at: "/status",
            [
                "summary": summary(models.map(\.1)), "isTaking": isTaking, "version": version, "readAt": PageFigures.time(readAt),
                "readAtISO": readAt.rfc3339, "hasModels": !models.isEmpty,
                "models": models.map { name, state in Self.row(name, state) },
            ])
    }

    /// The best of what its upstreams are.
    func availability(of model: String) -> Availability {
        let states = health.filter { $0.model == model }.map(\.state)
        guard !states.isEmpty else { return .notServed }
        var wait = Int64.max
        var isTried = false
        for state in states {
            switch state {
            case .closed: return .available
            case .halfOpen: isTried = true
            case .open(let milliseconds, _): if milliseconds <= 0 { isTried = true } else { wait = min(wait, milliseconds) }
            }
        }
        return isTried ? .recovering : .unavailable(seconds: (wait - 1) / 1_000 + 1)
    }

    private func summary(_ states: [Availability]) -> [String: Any] {
        let served = states.filter { $0 != .notServed }
        let text: String
        let kind: String
        if !isTaking {
            (text, kind) = ("The relay takes no requests at present.", "bad")
        } else if served.isEmpty {
            (text, kind) = ("The relay takes requests, and has no model to serve them with.", "bad")
        } else if served.allSatisfy({ $0 == .available }) {
            (text, kind) = ("The relay takes requests. All models can be served.", "good")
        } else if served.contains(.available) {
            (text, kind) = ("The relay takes requests. Some models cannot be served at present.", "fair")
        } else {
            (text, kind) = ("The relay takes requests. No model can be served at present.", "bad")
        }
        return ["text": text, "kind": kind]
    }

    private static func row(_ name: String, _ state: Availability) -> [String: Any] {
        let (kind, text, note) =
            switch state {
            case .available: ("good", "Available", "")
            case .recovering: ("fair", "Recovering", "It could not be served a moment ago, and is being tried again.")
            case .unavailable(let seconds):
                ("bad", "Unavailable", "It is tried again within \(PageFigures.grouped(seconds)) s. What cannot be served is not charged.")
            case .notServed: ("soft", "Not offered", "It is in the catalogue, and nothing serves it here.")
            }
        return ["name": name, "kind": kind, "state": text, "note": note]
    }
}
