import NIOCore

extension TimeAmount {
    /// A part of a second counts to the millisecond.
    init(seconds: Double) { self = .milliseconds(Int64(seconds * 1_000)) }
}
