@testable import RelayWire

/// Oddities of lines and events.
enum FramingCorpus {
    private static let hi = Event.data(Event.content("hi"))
    private static let finish = Event.data(Event.finish)

    static let cases: [StreamCase] =
        lineEnds + [
            StreamCase(name: "empty", input: "", forwarded: ""),
            StreamCase(name: "done at once", input: Event.done, forwarded: "", terminal: Event.done, phase: .terminated),
            plain("data without a space", "data:\(Event.content("hi"))\n\n"),
            plain("many spaces", "data:  \t \(Event.content("hi"))  \n\n"),
            plain("a byte order mark", "\u{FEFF}" + hi),
            StreamCase(
                name: "a byte order mark where none belongs", input: hi + "\u{FEFF}data: x\n\n", forwarded: hi + "\u{FEFF}data: x\n\n",
                contentByteCount: 2),
            plain("a line that only begins like a byte order mark", "\u{FEFE}data: x\n\n" + hi),
            plain("a comment block", ": ping\n\n" + hi),
            plain("a comment line", ": ping\n" + hi),
            plain("an empty comment", ":\n\n" + hi),
            plain("a comment within an event", "data: {\"choices\":\n: ping\ndata: [{\"delta\":{\"content\":\"hi\"}}]}\n\n"),
            plain("fields that are none of ours", "event: chunk\nid: 7\nretry: 3000\nfoo: bar\nbaz\n" + hi),
            plain("an event without data", "event: ping\n\n" + hi),
            plain("blank lines", "\n\n\n" + hi + "\n"),
            plain(
                "names that resemble ours",
                "dat: x\ndatas: x\nDATA: x\n data: x\nevents: error\nerror: error\nevent: errors\nevent:  error\n" + hi),
            plain("data over many lines", "data: {\"choices\":[{\ndata:\"delta\" :\ndata\ndata: {\"content\":\"hi\"}}]}\n\n"),
            plain("characters of many bytes", Event.data(Event.content("é"))),
            StreamCase(
                name: "a quoted end", input: Event.data(Event.content("data: [DONE]\\n\\n")),
                forwarded: Event.data(Event.content("data: [DONE]\\n\\n")), contentByteCount: 16),
            StreamCase(
                name: "empty data", input: "data:\n\n" + hi + "data: \n\ndata\n\nevent: ping\ndata:\n\n" + finish, forwarded: hi + finish,
                contentByteCount: 2, hasFinishReason: true),
            StreamCase(
                name: "empty data with CRLF", input: "data:\r\n\r\n" + hi + "data\r\rdata:\r\n\r\n", forwarded: hi, contentByteCount: 2),
            done("an end without a space", "data:[DONE]\n\n"),
            done("an end with spaces", "data:  [DONE]  \n\n"),
            done("an end with CRLF", "data: [DONE]\r\n\r\n"),
            done("an end with CR", "data: [DONE]\r\r"),
            done("an end with other lines", ": bye\nid: 9\ndata: [DONE]\n: bye\n\n", early: ": bye\n"),
            StreamCase(
                name: "bytes after the end", input: hi + Event.done + hi + "data: {\"error\":1}\n\n", forwarded: hi, terminal: Event.done,
                phase: .terminated, contentByteCount: 2),
            StreamCase(
                name: "an end without its blank line", input: hi + "data: [DONE]\n", forwarded: hi, terminal: "data: [DONE]\n\n",
                phase: .terminated, contentByteCount: 2),
            StreamCase(
                name: "an end without any line end", input: hi + "data: [DONE]", forwarded: hi, terminal: "data: [DONE]\n\n",
                phase: .terminated, contentByteCount: 2),
            StreamCase(name: "no end", input: hi + finish, forwarded: hi + finish, contentByteCount: 2, hasFinishReason: true),
            StreamCase(
                name: "a last event without its blank line", input: hi + "data: \(Event.finish)\n", forwarded: hi + finish,
                contentByteCount: 2, hasFinishReason: true),
            StreamCase(
                name: "a last event without any line end", input: hi + "data: \(Event.finish)", forwarded: hi + finish, contentByteCount: 2,
                hasFinishReason: true),
            StreamCase(
                name: "a last event that ends with CR", input: hi + "data: \(Event.finish)\r",
                forwarded: hi + "data: \(Event.finish)\r\n\n", contentByteCount: 2, hasFinishReason: true),
            StreamCase(name: "a last comment that is cut", input: hi + ": pi", forwarded: hi + ": pi\n\n", contentByteCount: 2),
            StreamCase(name: "a field that is cut", input: hi + "eve", forwarded: hi + "eve\n\n", contentByteCount: 2),
        ]

    private static var lineEnds: [StreamCase] {
        let input = ": a\n" + hi + "event: x\n" + hi + finish + Event.done
        return [("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")].map { name, end in
            StreamCase(
                name: name, input: input.replacing("\n", with: end),
                forwarded: input.replacing(Event.done, with: "").replacing("\n", with: end),
                terminal: Event.done.replacing("\n", with: end), phase: .terminated, contentByteCount: 4, hasFinishReason: true)
        } + [
            plain("mixed line ends", "data: {\"choices\":\r\ndata: [{\"delta\":\rdata: {\"content\":\ndata: \"hi\"}}]}\r\n\n"),
            plain("CR and then LF", "data: \(Event.content("hi"))\n\r"),
        ]
    }

    /// A stream that goes on byte for byte, with two bytes of content.
    private static func plain(_ name: String, _ input: String) -> StreamCase {
        StreamCase(name: name, input: input + finish, forwarded: input + finish, contentByteCount: 2, hasFinishReason: true)
    }

    private static func done(_ name: String, _ input: String, early: String = "") -> StreamCase {
        StreamCase(
            name: name, input: hi + input, forwarded: hi + early, terminal: String(input.dropFirst(early.count)), phase: .terminated,
            contentByteCount: 2)
    }
}
