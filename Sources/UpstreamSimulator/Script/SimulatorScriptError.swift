/// A script or a directive that cannot be obeyed. The message names the key and what it takes.
public struct SimulatorScriptError: Error, Equatable, CustomStringConvertible {
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
