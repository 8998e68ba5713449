internal import NIOCore

/// What one read gives on to the client: as long as that is one stretch of the input, nothing is copied.
struct StreamOutput {
    private let input: UnsafeRawBufferPointer
    private var assembled: ByteBuffer?
    /// The stretch of the input that comes behind what is assembled.
    private var run = 0..<0

    init(input: UnsafeRawBufferPointer) {
        self.input = input
    }

    /// What is to be forwarded: a part of the input, or bytes of its own.
    enum Result {
        case nothing
        case part(Range<Int>)
        case copy(ByteBuffer)
    }

    func inputBytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: input[range]) }

    /// A stretch of the input.
    mutating func append(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if range.lowerBound == run.upperBound, !run.isEmpty {
            run = run.lowerBound..<range.upperBound
            return
        }
        if !run.isEmpty { assemble() }
        run = range
    }

    /// Bytes from elsewhere.
    mutating func append(copying bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        assemble()
        assembled?.writeBytes(bytes)
    }

    mutating func append(copying text: String) {
        assemble()
        assembled?.writeString(text)
    }

    /// Makes what is collected a buffer of its own.
    private mutating func assemble() {
        if assembled == nil {
            assembled = ByteBuffer()
            assembled?.reserveCapacity(input.count + 512)
        }
        assembled?.writeBytes(UnsafeRawBufferPointer(rebasing: input[run]))
        run = 0..<0
    }

    mutating func finish() -> Result {
        if assembled != nil {
            assemble()
            return assembled.map(Result.copy) ?? .nothing
        }
        return run.isEmpty ? .nothing : .part(run)
    }
}
