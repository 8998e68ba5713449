import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/operators`, `/admin/v1/accounts/{id}/password`: who signs in to the console. Passwords are in the answer that made them, and
/// nowhere else.
struct PeopleRoutes {
    let desk: PeopleDesk

    var all: [Route] {
        [
            Route(.post, "/admin/v1/operators") { [self] in try await open($0) },
            Route(.get, "/admin/v1/operators") { [desk] call in
                let query = try call.query("limit", "cursor")
                let page = try await desk.book.operators(limit: query.limit(), after: query.cursor(PersonKind.self))
                return .json(ListView(page) { PersonView(person: $0).json }.json)
            },
            Route(.post, "/admin/v1/operators/{id}/password") { [desk] call in
                let id: PersonID = try call.identifier("id", of: "operator")
                let forgetting = try await Self.forgettingCodes(call)
                return .json(PersonView(given: try await desk.givePassword(toOperator: id, forgettingCodes: forgetting)).json)
            },
            Route(.post, "/admin/v1/operators/{id}/disable") { [desk] call in
                let id: PersonID = try call.identifier("id", of: "operator")
                try await call.fields().finish()
                return .json(PersonView(person: try await desk.disable(operator: id)).json)
            },
            Route(.post, "/admin/v1/accounts/{id}/password") { [desk] call in
                let id: AccountID = try call.identifier("id", of: "account")
                let forgetting = try await Self.forgettingCodes(call)
                return .json(PersonView(given: try await desk.givePassword(toAccount: id, forgettingCodes: forgetting)).json)
            },
        ]
    }

    private func open(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let email = try EmailAddress.normalized(try fields.text("email", .email))
        let name = try fields.optionalText("name", .name) ?? ""
        try fields.finish()
        return .json(PersonView(given: try await desk.openOperator(email: email, name: name)).json, status: .created)
    }

    private static func forgettingCodes(_ call: Call) async throws -> Bool {
        var fields = try await call.fields()
        let forgetting = try fields.optionalBool("forget_codes") ?? false
        try fields.finish()
        return forgetting
    }
}
