/// Why a command did not do what was asked, in one sentence for standard error. The program exits 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
