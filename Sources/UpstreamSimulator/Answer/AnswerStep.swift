import NIOCore

/// One act on the connection. The order of the steps is the answer.
enum AnswerStep: Equatable, Sendable {
    /// One write, flushed at once, when the connection can take it.
    case write(ByteBuffer)
    case wait(milliseconds: Int)
    /// The connection is closed after everything before has left.
    case close
    /// Nothing more is sent, and the connection stays open until the client closes it.
    case hang
}
