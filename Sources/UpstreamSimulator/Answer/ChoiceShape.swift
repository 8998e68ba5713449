import NIOCore

/// What distinguishes the choices of chat from those of completions.
///
/// A choice is an object that ends with `"logprobs":null,"finish_reason":…`; here is what stands before that.
protocol ChoiceShape: Sendable {
    var idPrefix: String { get }
    /// The `object` of a plain answer.
    var object: String { get }
    /// The `object` of a stream's chunk.
    var chunkObject: String { get }
    /// The fields of the answer that follow the model's name or, in a plain answer, the usage.
    var serviceFields: String { get }

    /// The fields of the chunk that begins a choice; nil where there is none.
    func opening(choice: Int) -> ByteBuffer?
    /// The fields of a chunk of content. `piece` is the inside of a JSON string.
    func content(choice: Int, piece: ByteBuffer) -> ByteBuffer
    /// The fields of the chunk that ends a choice.
    func finish(choice: Int) -> ByteBuffer
    /// The fields of a choice that comes whole.
    func write(choice: Int, text: ReplyText, isEndless: Bool, to body: inout BodyParts)
}
