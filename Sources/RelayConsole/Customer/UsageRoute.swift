import Hummingbird
import RelayDomain
import RelayStore

/// `GET /v1/usage?from=&to=&group_by=day|model|key`: the account's settled requests, added up. Days are those of UTC and both included;
/// from the first of the month to today where they are not given.
struct UsageRoute {
    let ledger: LedgerAccess

    var route: Route {
        Route(.get, "/v1/usage") { [ledger] call in
            let customer = try await ledger.customer(of: call)
            let query = try call.query("from", "to", "group_by")
            let now = ledger.now()
            let to = try query.day("to") ?? now.day
            let from = try query.day("from") ?? min(now.month.start.day, to)
            guard from <= to, to - from < ConsoleLimits.usageDays else {
                throw Refusal(
                    .invalidRequest, "`from` is not after `to`, and at most \(ConsoleLimits.usageDays) days lie between.", param: "from")
            }
            let grouping: UsageGrouping = try query.choice("group_by") ?? .day
            let groups = try await ledger.reader.usage(
                of: customer.account.id, days: from...to, by: grouping, limit: ConsoleLimits.usageGroups + 1)
            let views = groups.map { UsageView(grouping: grouping, group: $0.group, total: $0.total).json }
            return .json(ListView(all: views, limit: ConsoleLimits.usageGroups).json)
        }
    }
}
