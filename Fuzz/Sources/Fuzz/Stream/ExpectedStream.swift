internal import RelayDomain

/// What becomes of a stream by what the scanner's documentation promises, told from whole events.
struct ExpectedStream {
    /// Without what a broken event may have given on before it was known as such.
    private(set) var forwarded: [UInt8] = []
    private(set) var terminal: [UInt8]?
    /// Whether the stream ends with an error, or with what is no JSON.
    private(set) var isBroken = false
    private(set) var usage: ReportedUsage?
    private(set) var contentByteCount = 0
    private(set) var hasFinishReason = false
    private(set) var text = ""

    init(_ stream: [UInt8], dropsUsageChunk: Bool) {
        let splitter = EventSplitter(stream)
        for (index, event) in splitter.events.enumerated() {
            let bytes = event.bytes + (index == splitter.events.count - 1 ? splitter.added : [])
            if event.isError { isBroken = true }
            if isBroken { return }
            if event.isDone {
                terminal = bytes
                return
            }
            guard let data = event.data else {
                forwarded += bytes
                continue
            }
            if data.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { continue }
            guard let tree = JSONParser.parse(data, .upstream) else {
                isBroken = true
                return
            }
            read(tree, bytes, dropsUsageChunk)
            if isBroken { return }
        }
    }

    private mutating func read(_ tree: JSONTree, _ bytes: [UInt8], _ dropsUsageChunk: Bool) {
        let answer = ExpectedAnswer(tree)
        if answer.hasError {
            isBroken = true
            return
        }
        usage = answer.usage ?? usage
        if dropsUsageChunk, !answer.hasChoices, !tree.members(named: "usage").isEmpty { return }
        forwarded += bytes
        contentByteCount += answer.contentByteCount
        hasFinishReason = hasFinishReason || answer.hasFinishReason
        text += String(decoding: answer.text, as: UTF16.self)
    }
}
