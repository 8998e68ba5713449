public import RelayDomain
public import RelayStore

extension NodeSession {
    /// The session of a process that owns its books alone.
    public convenience init(
        alone base: any SQLSession, dialect: SQLDialect = .sqlite, now: @escaping @Sendable () -> Timestamp = { Timestamp(milliseconds: 1) }
    ) {
        self.init(base, name: "test", isShared: false, dialect: dialect, now: now)
    }
}
