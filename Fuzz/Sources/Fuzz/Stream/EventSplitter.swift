/// An event stream taken apart by the letter of WHATWG HTML, section 9.2: line by line, event by event, all of it at once.
struct EventSplitter {
    /// What stands between two places where nothing is open: an event with its blank line, or a comment outside of events.
    struct Event {
        /// As it came.
        fileprivate(set) var bytes: [UInt8] = []
        /// The lines of `data`, joined; nil where there is none.
        fileprivate(set) var data: [UInt8]?
        fileprivate(set) var isError = false
        fileprivate var hasFields = false

        /// Whether a client or the relay knows the stream's end by it.
        var isDone: Bool {
            let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            guard let data else { return false }
            return Array(data.drop(while: isSpace).reversed().drop(while: isSpace).reversed()) == Array("[DONE]".utf8)
        }
    }

    private(set) var events: [Event] = []
    private var open = Event()

    /// Where the last event lacks its end, it gets it, and `added` is what was added.
    private(set) var added: [UInt8] = []

    init(_ stream: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var at = stream.starts(with: mark) ? mark.count : 0
        open.bytes = Array(stream[..<at])
        while at < stream.count {
            let lineEnd = stream[at...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? stream.count
            let isPair = stream[lineEnd...].starts(with: [0x0D, 0x0A])
            let end = min(lineEnd + (isPair ? 2 : 1), stream.count)
            open.bytes += stream[at..<end]
            take(stream[at..<lineEnd])
            at = end
        }
        if !open.bytes.isEmpty {
            // A line feed behind a carriage return would only be its other half.
            added = open.bytes == mark || open.bytes.last == 0x0A ? [0x0A] : [0x0A, 0x0A]
            end()
        } else if let last = events.last?.bytes.last, last != 0x0A, last != 0x0D {
            // A comment outside of events, its line not ended.
            added = [0x0A, 0x0A]
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        guard !line.isEmpty else { return end() }
        if line.first == UInt8(ascii: ":") {
            if open.data == nil, !open.hasFields { end() }
            return
        }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(name.count + 1)
        if value.first == 0x20 { value = value.dropFirst() }
        if name.elementsEqual("data".utf8) {
            open.data = open.data.map { $0 + [0x0A] + value } ?? Array(value)
            return
        }
        open.hasFields = true
        if name.elementsEqual("event".utf8), value.elementsEqual("error".utf8) { open.isError = true }
    }

    private mutating func end() {
        events.append(open)
        open = Event()
    }
}
