import RelayDomain

extension Person {
    static let columns = """
        id, email, name, role, account, password, password_expires_at, code_secret, code_offer, code_step, state, created_at
        """

    init(row: any SQLRow) throws {
        var role = Role.operator
        if row.text(3) == "customer" { role = .customer(try row.identifier(4)) }
        let password = try row.optionalText(5).map { text in
            guard let hash = PasswordHash(text) else { throw StoreFailure(.corrupt, "no password's hash") }
            return hash
        }
        self.init(
            id: try row.identifier(0), email: row.text(1), name: row.text(2), role: role, password: password,
            passwordExpiresAt: row.optionalTime(6),
            secondFactor: SecondFactor(
                sealedSecret: row.optionalBytes(7), sealedOffer: row.optionalBytes(8), lastStep: row.integer(9)),
            state: try row.named(10), createdAt: row.time(11))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(email)
        row.append(name)
        row.append(isOperator ? "operator" : "customer")
        row.append(account?.description)
        row.append(password?.text)
        row.append(passwordExpiresAt)
        row.append(secondFactor.sealedSecret)
        row.append(secondFactor.sealedOffer)
        row.append(secondFactor.lastStep)
        row.append(state.rawValue)
        row.append(createdAt)
    }
}

extension SignInSession {
    static let columns = "id, person, stage, created_at, seen_at, address, agent"

    init(row: any SQLRow) throws {
        self.init(
            id: try row.identifier(0), person: try row.identifier(1), stage: try row.named(2), createdAt: row.time(3),
            seenAt: row.time(4), address: row.optionalText(5), agent: row.optionalText(6))
    }

    /// Behind its hash.
    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(person)
        row.append(stage.rawValue)
        row.append(createdAt)
        row.append(seenAt)
        row.append(address)
        row.append(agent)
    }
}

extension SQLRow {
    func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : Array(bytes(column)) }
}
