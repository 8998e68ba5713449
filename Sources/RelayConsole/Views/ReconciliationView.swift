import RelayDomain
import RelayStore

/// `{"ok":bool,"checks":[{"name","ok","examined","findings":[…]}]}`, and `drift` where an upstream's usage was compared.
struct ReconciliationView {
    let reconciliation: Reconciliation
    var comparison: UpstreamReconciliation?

    var json: JSONValue {
        let checks = reconciliation.checks + (comparison.map { [$0.check] } ?? [])
        let json: JSONValue = ["ok": .bool(checks.allSatisfy(\.isSatisfied)), "checks": .array(checks.map(check))]
        return comparison.map { json.appending("drift", .array($0.drift.map(drift))) } ?? json
    }

    private func check(_ check: Reconciliation.Check) -> JSONValue {
        [
            "name": .string(check.name),
            "ok": .bool(check.isSatisfied),
            "examined": .integer(check.examined),
            "findings": .array(check.findings.map(JSONValue.string)),
        ]
    }

    private func drift(_ drift: UpstreamDrift) -> JSONValue {
        func figures(_ tokens: KeyPath<UpstreamTokens, Int64>) -> JSONValue {
            let (mine, theirs) = (drift.relay[keyPath: tokens], drift.upstream[keyPath: tokens])
            return ["relay": .integer(mine), "upstream": .integer(theirs), "drift": .integer(theirs - mine)]
        }
        return [
            "date": .string(Timestamp(day: drift.group.day).dayText), "upstream": .string(drift.group.upstream),
            "model": .string(drift.group.model), "input": figures(\.input), "cached": figures(\.cached), "output": figures(\.output),
            "usd_drift": .string(drift.cost.usd),
        ]
    }
}
