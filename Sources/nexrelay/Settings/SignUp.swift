/// Who opens accounts: `signup`.
enum SignUp: String, CaseIterable, Sendable {
    /// Anybody, on the console's page.
    case open
    /// The operator alone.
    case closed
}
