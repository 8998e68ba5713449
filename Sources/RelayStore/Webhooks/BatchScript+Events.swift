import RelayDomain

extension BatchScript {
    /// Writes what programs are told, with what it tells about.
    ///
    /// A step of an order or a deposit that were told twice would be a step that was taken twice: then nothing is written at all. What only
    /// warns is told once, and never hinders the entry that it warns of.
    func writeEvents(_ books: Books, to session: some SQLSession) throws {
        guard !books.events.isEmpty else { return }
        try session.execute(EventStatements.insert, each: books.events.filter { !$0.kind.isAlert }) { $0.write(to: &$1) }
        try session.execute(EventStatements.insertOnce, each: books.events.filter(\.kind.isAlert)) { $0.write(to: &$1) }
    }
}

enum EventStatements {
    static let insert = SQLStatement.insert(into: "events", WebhookEvent.columns)
    static let insertOnce = SQLStatement.insert(into: "events", WebhookEvent.columns, onConflict: "(name) DO NOTHING")
}
