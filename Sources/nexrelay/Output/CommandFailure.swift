/// Why a command did not do what was asked, in one sentence for standard error. The program exits 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether another try may succeed: no relay answered, or the fault is its own. What was asked for may have been done all the same.
    let mayRepeat: Bool

    init(_ description: String, mayRepeat: Bool = false) {
        self.description = description
        self.mayRepeat = mayRepeat
    }
}
