import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct PeopleBookTests {
    private static let start = StoreFixture.start

    private static func hash(_ number: UInt8) -> PasswordHash {
        PasswordHash(
            cost: PasswordHash.Cost(logRounds: 4, blockSize: 1, parallelism: 1), salt: Array(repeating: number, count: 16),
            key: Array(repeating: number, count: 32))
    }

    private static func person(_ number: UInt64, _ role: Person.Role, email: String? = nil, password: PasswordHash? = hash(1)) -> Person {
        Person(
            id: PersonID(high: 9, low: number), email: email ?? "\(number)@example.org", name: "P \(number)", role: role,
            password: password,
            createdAt: start)
    }

    private static func session(
        _ number: UInt64, of person: Person, stage: SignInSession.Stage = .full, after milliseconds: Int64 = 0
    ) -> NewSession {
        let at = start.adding(milliseconds: milliseconds)
        return NewSession(
            session: SignInSession(
                id: SessionID(high: 8, low: number), person: person.id, stage: stage, createdAt: at, seenAt: at, address: "192.0.2.1",
                agent: "agent"), hash: StoreFixture.hash(number))
    }

    private func with(_ kind: DatabaseKind, _ test: (PaymentBooks, PeopleBook) async throws -> Void) async throws {
        let books = try PaymentBooks(kind)
        do {
            try await test(books, PeopleBook(reader: books.reader, writer: books.writer))
        } catch {
            try await books.close()
            throw error
        }
        try await books.close()
    }

    @Test("An account and its person are opened together or not at all, and an address is one person's", arguments: DatabaseKind.allCases)
    func opening(kind: DatabaseKind) async throws {
        try await with(kind) { books, book in
            let account = Account(id: StoreFixture.account(1), email: "1@example.org", name: "One", createdAt: Self.start)
            let person = Self.person(1, .customer(account.id))
            try await book.open(account, for: person)
            #expect(try await book.person(email: "1@example.org") == person)
            #expect(try await book.person(of: account.id) == person)
            #expect(try await books.reader.account(account.id)?.0 == account)

            // The account's address is taken, then the person's: nothing is left behind either way.
            let second = Account(id: StoreFixture.account(2), email: "1@example.org", name: "", createdAt: Self.start)
            await #expect(throws: PeopleFault.taken) { try await book.open(second, for: Self.person(2, .customer(second.id))) }
            try await book.add(Self.person(3, .operator))
            let third = Account(id: StoreFixture.account(3), email: "3@example.org", name: "", createdAt: Self.start)
            await #expect(throws: PeopleFault.taken) {
                try await book.open(third, for: Self.person(4, .customer(third.id), email: "3@example.org"))
            }
            for number in [2, 3] as [UInt64] { #expect(try await books.reader.account(StoreFixture.account(number)) == nil) }
            #expect(try await book.person(PersonID(high: 9, low: 2)) == nil)
            #expect(try await book.person(PersonID(high: 9, low: 4)) == nil)
            // An account has one person.
            await #expect(throws: PeopleFault.taken) { try await book.add(Self.person(5, .customer(account.id))) }
            #expect(try await book.operators(limit: 9, after: nil).items.map(\.id) == [PersonID(high: 9, low: 3)])
            #expect(try await books.findings().isEmpty)
        }
    }

    @Test("Of two nodes that open an account for one address at the same time, one does", arguments: DatabaseKind.allCases)
    func race(kind: DatabaseKind) async throws {
        try await with(kind) { books, book in
            let other = PeopleBook(reader: books.reader, writer: books.writers[1])
            for round in 1...5 as ClosedRange<UInt64> {
                let opened = await withTaskGroup(of: Bool.self) { group in
                    for (index, book) in [book, other].enumerated() {
                        group.addTask {
                            let number = round * 10 + UInt64(index)
                            let account = Account(
                                id: StoreFixture.account(number), email: "race-\(round)@example.org", name: "", createdAt: Self.start)
                            let person = Self.person(number, .customer(account.id), email: account.email)
                            return (try? await book.open(account, for: person)) != nil
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(opened == 1)
            }
            let findings = try await books.findings()
            #expect(findings.isEmpty)
        }
    }

    @Test(
        "A session is opened by the password that was proved, and a given password by its first use alone", arguments: DatabaseKind.allCases
    )
    func signingIn(kind: DatabaseKind) async throws {
        try await with(kind) { _, book in
            let person = Self.person(1, .operator)
            try await book.add(person)
            await #expect(throws: PeopleFault.changed) { try await book.signIn(Self.session(1, of: person), password: Self.hash(2)) }
            try await book.signIn(Self.session(1, of: person), password: Self.hash(1), rehashed: Self.hash(3))
            #expect(try await book.session(StoreFixture.hash(1))?.person.password == Self.hash(3))
            #expect(try await book.session(StoreFixture.hash(2)) == nil)
            // Given out by the operator: sessions end.
            _ = try await book.change(
                person.id, { ($0.password, $0.passwordExpiresAt) = (Self.hash(4), Self.start.adding(milliseconds: 1_000)) },
                forgettingCodes: false)
            #expect(try await book.session(StoreFixture.hash(1)) == nil)
            await #expect(throws: PeopleFault.changed) {
                try await book.signIn(Self.session(2, of: person, after: 1_000), password: Self.hash(4))
            }
            try await book.signIn(Self.session(2, of: person), password: Self.hash(4))
            #expect(try await book.person(person.id)?.password == nil)
            await #expect(throws: PeopleFault.changed) { try await book.signIn(Self.session(3, of: person), password: Self.hash(4)) }
            // Then one is chosen, and the session goes on under another secret.
            try await book.changePassword(
                to: Self.hash(5), from: nil, replacing: StoreFixture.hash(2), by: Self.session(4, of: person))
            #expect(try await book.session(StoreFixture.hash(2)) == nil)
            #expect(try await book.session(StoreFixture.hash(4))?.person.password == Self.hash(5))
        }
    }

    @Test("A person has twenty sessions at the most, each of which ends alone, and all at once", arguments: DatabaseKind.allCases)
    func sessions(kind: DatabaseKind) async throws {
        try await with(kind) { _, book in
            let (person, other) = (Self.person(1, .operator), Self.person(2, .operator))
            try await book.add(person)
            try await book.add(other)
            for number in 1...25 as ClosedRange<UInt64> {
                try await book.signIn(Self.session(number, of: person, after: Int64(number)), password: Self.hash(1))
            }
            try await book.signIn(Self.session(99, of: other), password: Self.hash(1))
            #expect(Set(try await book.sessions(of: person.id).map(\.id.low)) == Set(6...25))
            // Nobody ends what is another's.
            #expect(try await !book.end(SessionID(high: 8, low: 99), of: person.id))
            #expect(try await book.end(SessionID(high: 8, low: 6), of: person.id))
            try await book.end(StoreFixture.hash(99), of: person.id)
            #expect(try await book.sessions(of: person.id).count == 19)
            #expect(try await book.sessions(of: other.id).count == 1)
            let later = Self.start.adding(milliseconds: 60_025)
            try await book.touch(StoreFixture.hash(25), at: later.adding(milliseconds: -1))
            #expect(try await book.session(StoreFixture.hash(25))?.session.seenAt == Self.start.adding(milliseconds: 25))
            try await book.touch(StoreFixture.hash(25), at: later)
            #expect(try await book.session(StoreFixture.hash(25))?.session.seenAt == later)
            // Those that are over make room.
            let month = 31 * 86_400_000 as Int64
            try await book.signIn(Self.session(50, of: person, after: month), password: Self.hash(1))
            #expect(try await book.sessions(of: person.id).map(\.id.low) == [50])
            try await book.endSessions(of: person.id)
            #expect(try await book.sessions(of: person.id).isEmpty)
            #expect(try await book.sessions(of: other.id).count == 1)
        }
    }

    @Test("A code, and a recovery code, are good once on all nodes together", arguments: DatabaseKind.allCases)
    func codes(kind: DatabaseKind) async throws {
        try await with(kind) { books, book in
            let person = Self.person(1, .operator)
            try await book.add(person)
            try await book.signIn(Self.session(1, of: person), password: Self.hash(1))
            try await book.offerCodes([1, 2, 3], to: person.id, password: Self.hash(1))
            await #expect(throws: PeopleFault.changed) {
                try await book.turnOnCodes(
                    [9], step: 7, recoveryCodes: [], replacing: StoreFixture.hash(1), by: Self.session(2, of: person))
            }
            let recovery = (1...3 as ClosedRange<UInt64>).map { StoreFixture.hash(1_000 + $0) }
            try await book.turnOnCodes(
                [1, 2, 3], step: 7, recoveryCodes: recovery, replacing: StoreFixture.hash(1), by: Self.session(2, of: person))
            #expect(try await book.person(person.id)?.secondFactor == SecondFactor(sealedSecret: [1, 2, 3], lastStep: 7))
            #expect(try await book.recoveryCodes(of: person.id) == 3)
            await #expect(throws: PeopleFault.changed) { try await book.offerCodes([4], to: person.id, password: Self.hash(1)) }

            let other = PeopleBook(reader: books.reader, writer: books.writers[1])
            let proofs: [(SecondFactorProof, Int)] = [
                (.step(7), 0), (.step(8), 1), (.step(8), 0), (.recovery(recovery[0]), 1), (.recovery(recovery[0]), 0),
            ]
            var number: UInt64 = 10
            for (proof, expected) in proofs {
                var openings: [(PeopleBook, KeyHash, NewSession)] = []
                for book in [book, other] {
                    number += 2
                    try await book.signIn(Self.session(number, of: person, stage: .code), password: Self.hash(1))
                    openings.append((book, StoreFixture.hash(number), Self.session(number + 1, of: person)))
                }
                let good = try await withThrowingTaskGroup(of: Bool.self) { [openings] group in
                    for (book, old, new) in openings { group.addTask { try await book.prove(proof, replacing: old, by: new) } }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(good == expected, "\(proof)")
            }
            #expect(try await book.recoveryCodes(of: person.id) == 2)
            try await book.renewRecoveryCodes([recovery[1]], of: person.id, password: Self.hash(1))
            #expect(try await book.recoveryCodes(of: person.id) == 1)
            try await book.turnOffCodes(replacing: StoreFixture.hash(2), by: Self.session(3, of: person))
            #expect(try await book.person(person.id)?.secondFactor == SecondFactor(lastStep: 8))
            #expect(try await book.recoveryCodes(of: person.id) == 0)
            await #expect(throws: PeopleFault.changed) { try await book.renewRecoveryCodes([], of: person.id, password: Self.hash(1)) }
        }
    }

    @Test(
        "What was proved before the codes were turned on, or the password changed, opens and changes nothing",
        arguments: DatabaseKind.allCases)
    func lateProofs(kind: DatabaseKind) async throws {
        try await with(kind) { _, book in
            let person = Self.person(1, .operator)
            try await book.add(person)
            try await book.signIn(Self.session(1, of: person), password: Self.hash(1))
            await #expect(throws: PeopleFault.changed) {
                try await book.signIn(Self.session(2, of: person, stage: .code), password: Self.hash(1))
            }
            await #expect(throws: PeopleFault.changed) { try await book.offerCodes([1], to: person.id, password: Self.hash(2)) }
            try await book.offerCodes([1], to: person.id, password: Self.hash(1))
            try await book.turnOnCodes(
                [1], step: 7, recoveryCodes: [], replacing: StoreFixture.hash(1), by: Self.session(3, of: person))
            // Its password was proved while there were no codes.
            await #expect(throws: PeopleFault.changed) { try await book.signIn(Self.session(4, of: person), password: Self.hash(1)) }
            #expect(try await book.session(StoreFixture.hash(4)) == nil)
            await #expect(throws: PeopleFault.changed) {
                try await book.renewRecoveryCodes([StoreFixture.hash(9)], of: person.id, password: Self.hash(2))
            }
        }
    }

    @Test("A password that was given out is spent when the code was proved, not before", arguments: DatabaseKind.allCases)
    func givenPassword(kind: DatabaseKind) async throws {
        try await with(kind) { _, book in
            let person = Self.person(1, .operator)
            try await book.add(person)
            try await book.signIn(Self.session(1, of: person), password: Self.hash(1))
            try await book.offerCodes([1], to: person.id, password: Self.hash(1))
            try await book.turnOnCodes(
                [1], step: 7, recoveryCodes: [], replacing: StoreFixture.hash(1), by: Self.session(2, of: person))
            _ = try await book.change(
                person.id, { ($0.password, $0.passwordExpiresAt) = (Self.hash(4), Self.start.adding(milliseconds: 1_000)) },
                forgettingCodes: false)
            for number in 3...4 as ClosedRange<UInt64> {
                try await book.signIn(Self.session(number, of: person, stage: .code), password: Self.hash(4))
            }
            #expect(try await !book.prove(.step(7), replacing: StoreFixture.hash(3), by: Self.session(5, of: person)))
            #expect(try await book.person(person.id)?.password == Self.hash(4))
            #expect(try await book.prove(.step(8), replacing: StoreFixture.hash(4), by: Self.session(6, of: person)))
            #expect(try await book.person(person.id)?.password == nil)
            await #expect(throws: PeopleFault.changed) {
                try await book.signIn(Self.session(7, of: person, stage: .code), password: Self.hash(4))
            }
        }
    }

    @Test("Attempts are bounded over two nodes together, and one that is refused is not counted", arguments: DatabaseKind.allCases)
    func attempts(kind: DatabaseKind) async throws {
        try await with(kind) { books, book in
            let other = PeopleBook(reader: books.reader, writer: books.writers[1])
            let bounds = [
                GuardedAttempt(subject: StoreFixture.hash(1), bound: AttemptBound(attempts: 10)),
                GuardedAttempt(subject: StoreFixture.hash(2), bound: AttemptBound(attempts: 40)),
            ]
            let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<30 {
                    group.addTask { try await (index.isMultiple(of: 2) ? book : other).attempt(bounds, at: Self.start) == nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(allowed == 10)
            // 12:00 begins a window.
            #expect(try await book.attempt(bounds, at: Self.start) == 900)
            #expect(try await book.attempt(bounds, at: Self.start.adding(milliseconds: 899_999)) == 1)
            #expect(try await book.attempt([bounds[1]], at: Self.start) == nil)
            try await book.forgive(bounds, from: Self.start)
            #expect(try await other.attempt(bounds, at: Self.start) == nil)
            #expect(try await other.attempt(bounds, at: Self.start) == 900)
            #expect(try await book.attempt(bounds, at: Self.start.adding(milliseconds: 900_000)) == nil)
            let kept = try await books.reader.source.read {
                try $0.rows(SQLStatement("SELECT count(*) FROM attempts")) { $0.integer(0) }[0]
            }
            #expect(kept == 2, "old windows are forgotten")
        }
    }
}
