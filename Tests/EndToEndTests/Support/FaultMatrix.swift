import Testing

/// Every fault, plain and streamed as it comes, at the first attempt and at the last, with a client that stays and one that leaves.
struct FaultMatrix {
    struct Entry: Sendable {
        let fault: UpstreamFault
        /// Whether no other upstream serves the model.
        let isLast: Bool
        let leaves: Bool
        /// Each has a model of its own, and with it a circuit of its own.
        let model: String

        /// How the faulty upstream behaves: slowly, where the client needs the time to leave before anything comes.
        var behaviour: String { leaves && !fault.directives.contains("hang") ? "delay=3500; \(fault.directives)" : fault.directives }
    }

    let entries: [Entry]

    init() {
        var entries: [Entry] = []
        for fault in UpstreamFault.beforeContent + UpstreamFault.afterContent + UpstreamFault.harmless + UpstreamFault.refusals {
            for isLast in [false, true] {
                for leaves in [false, true] where !leaves || fault.model != "absent" {
                    entries.append(Entry(fault: fault, isLast: isLast, leaves: leaves, model: "m\(entries.count)"))
                }
            }
        }
        self.entries = entries
    }

    /// The script of the faulty upstream.
    var script: String {
        let rules = entries.map { entry in
            JSON.object(["model": .string("there-\(entry.model)"), "behaviour": .string(entry.behaviour)]).text
        }
        return "{ \"cachedPercent\": 25, \"rules\": [\(rules.joined(separator: ",\n"))] }"
    }

    /// As YAML.
    func models(_ kind: String?, named name: (Entry) -> String) -> String {
        let chosen = entries.filter { kind == nil ? !$0.isLast : $0.fault.kind == kind }
        return "{ \(chosen.map { "\($0.model): \(name($0))" }.joined(separator: ", ")) }"
    }
}

extension UpstreamFault {
    /// Which upstream of the matrix has it.
    var kind: String { model == "gpt-5.2" ? "faulty" : model }

    /// What the upstream's circuit comes to, if it opens at once.
    var circuit: (state: String, cause: String?) {
        switch bill {
        case .reported: ("closed", nil)
        case .estimated("answered"), .voided("refused"): ("closed", nil)
        case .voided("rate_limited"): ("open", "rate_limited")
        case .voided where directives.contains("status=401") || directives.contains("status=403"): ("open", "credentials")
        case .voided, .estimated: ("open", "failures")
        }
    }

    /// The upstream's own refusals, which pass as they come.
    static let refusals: [UpstreamFault] = [400, 404, 409, 413, 415, 422].flatMap { status in
        [Form.plain, .stream].map {
            UpstreamFault(directives: "status=\(status)", form: $0, end: .passed(status), bill: .voided("refused"))
        }
    }
}
