/// The bounds of everything that a client of the control plane can make large or long.
enum ConsoleLimits {
    /// Bytes of a request's body.
    static let bodyBytes = 64 * 1_024
    /// Bytes of an upstream's usage export, and of the body that carries one, where line breaks take two bytes each.
    static let upstreamUsageBytes = 8 << 20
    static let upstreamUsageBodyBytes = 10 << 20
    /// Of a page's form.
    static let formBytes = 16 * 1_024
    static let formFields = 64
    /// Of what a browser calls itself, as far as it is kept.
    static let agentCharacters = 160
    /// Levels of arrays and objects in a request's body.
    static let jsonDepth = 16
    /// Items of a page.
    static let pageItems = 1...100
    static let defaultPageItems = 20
    /// Models that a key's policy may list.
    static let policyModels = 100
    /// Networks that a key's policy may list.
    static let policyNetworks = 100
    /// A rate or a concurrency of a key's policy.
    static let policyNumber: Int64 = 1_000_000_000
    /// Days of one usage report.
    static let usageDays: Int64 = 400
    /// Groups of one usage report: more keys than an account has.
    static let usageGroups = 10_000
    /// Statements that are added up at a time.
    static let statementsAtOnce = 8
    /// Recharges and other entries that a statement's page lists one by one.
    static let statementMovements = 2_000
    /// Characters of a client's own text that an error repeats.
    static let quotedCharacters = 64
    /// Connections of the private socket. The gateway keeps far fewer.
    static let customerConnections = 1_024
    static let adminConnections = 256
    /// Pause after which a connection is closed. Longer than the gateway's own, so that it never sends into a connection that closes.
    static let idleSeconds: Int64 = 120
}
