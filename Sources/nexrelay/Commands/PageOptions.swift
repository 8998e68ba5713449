import ArgumentParser

/// How much of a list is printed.
struct PageOptions: ParsableArguments {
    /// More than anyone reads, and less than what makes a relay sweat.
    private static let range = 1...100_000

    @Option(help: "How many, newest first.")
    var limit = 100

    @Option(help: "Where to go on: the `next` of the page before.")
    var cursor: String?

    func validate() throws {
        guard Self.range.contains(limit) else {
            throw ValidationError("--limit is a number from \(Self.range.lowerBound) to \(Self.range.upperBound)")
        }
    }
}
