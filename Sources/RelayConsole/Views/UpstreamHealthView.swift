import RelayDomain

/// `{"upstream","model","circuit":"closed|open|half_open","cause","retry_after_seconds"}`; the last two are null while it is closed.
struct UpstreamHealthView {
    let health: UpstreamHealth

    var json: JSONValue {
        let (circuit, cause, wait): (String, Circuit.Cause?, Int64?) =
            switch health.state {
            case .closed: ("closed", nil, nil)
            case .open(let milliseconds, let cause): ("open", cause, (milliseconds + 999) / 1_000)
            case .halfOpen(_, let cause): ("half_open", cause, nil)
            }
        return [
            "upstream": .string(health.upstream),
            "model": .string(health.model),
            "circuit": .string(circuit),
            "cause": .text(cause?.rawValue),
            "retry_after_seconds": .integer(wait),
        ]
    }
}
