import NIOCore

extension TimeAmount {
    /// A part of a second counts to the millisecond.
    init(seconds: Double) { self = .milliseconds(Int64(min(seconds, 1e9) * 1_000)) }
}
