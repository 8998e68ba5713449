import RelayStore

/// `{"ok":bool,"checks":[{"name","ok","examined","findings":[…]}]}`
struct ReconciliationView {
    let reconciliation: Reconciliation

    var json: JSONValue {
        ["ok": .bool(reconciliation.isSatisfied), "checks": .array(reconciliation.checks.map(check))]
    }

    private func check(_ check: Reconciliation.Check) -> JSONValue {
        [
            "name": .string(check.name),
            "ok": .bool(check.isSatisfied),
            "examined": .integer(check.examined),
            "findings": .array(check.findings.map(JSONValue.string)),
        ]
    }
}
