import RelayDomain

/// `{"id","email","name","role","account","state","codes","created_at"}`, and where one was just given out `"password","password_expires_at"`.
struct PersonView {
    let person: Person
    private let password: String?

    init(person: Person) {
        self.person = person
        password = nil
    }

    init(given: GivenPassword) {
        person = given.person
        password = given.password
    }

    var json: JSONValue {
        let view: JSONValue = [
            "id": .id(person.id), "email": .string(person.email), "name": .string(person.name),
            "role": .string(person.isOperator ? "operator" : "customer"), "account": person.account.map { JSONValue.id($0) } ?? .null,
            "state": .string(person.state.rawValue), "codes": .bool(person.secondFactor.isOn), "created_at": .time(person.createdAt),
        ]
        guard let password else { return view }
        return view.appending("password", .string(password)).appending("password_expires_at", .time(person.passwordExpiresAt))
    }
}
