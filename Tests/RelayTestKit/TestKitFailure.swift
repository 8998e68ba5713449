/// Why the test kit could not make what a test needs.
public struct TestKitFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
