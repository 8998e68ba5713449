import Foundation
import RelayDomain

/// What a client got: as much of a response as came.
struct Answer: Sendable {
    let status: Int
    let headers: [String: [String]]
    let body: [UInt8]
    /// Whether the response ended as HTTP says that it ends.
    let isWhole: Bool

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSON(text)) ?? .null }
    var errorCode: String? { json["error"]["code"].string }
    /// The choices' text, of a plain answer or of a stream.
    var content: String {
        isStream
            ? events.compactMap { try? JSON($0) }.compactMap { $0["choices"][0]["delta"]["content"].string }.joined()
            : json["choices"][0]["message"]["content"].string ?? ""
    }

    func header(_ name: String) -> String? { headers[name]?.first }

    var requestID: String? { header("x-request-id") }
    var isStream: Bool { header("content-type")?.hasPrefix("text/event-stream") ?? false }

    // MARK: Streams

    /// The data of each event, in order, as the standard for server-sent events has it.
    var events: [String] {
        var events: [String] = []
        var data: [String] = []
        for line in lines {
            if line.isEmpty {
                if !data.isEmpty { events.append(data.joined(separator: "\n")) }
                data = []
            } else if line.hasPrefix("data:") {
                let value = line.dropFirst(5)
                data.append(String(value.hasPrefix(" ") ? value.dropFirst() : value))
            }
        }
        return events
    }

    var isDone: Bool { events.last == "[DONE]" }

    /// The last event, where it tells of an error.
    var streamError: JSON? {
        guard let last = events.last, let json = try? JSON(last), !json["error"].isNull else { return nil }
        return json["error"]
    }

    /// The relay's own words at the end of a stream.
    var closing: JSON? {
        let comments = lines.filter { $0.hasPrefix(": nexrelay ") }
        return comments.count == 1 ? try? JSON(comments[0].dropFirst(11)) : nil
    }

    /// Lines end with LF, CRLF or CR.
    private var lines: [String] {
        var text = text
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        return text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").components(separatedBy: "\n")
    }

    // MARK: Money

    /// What the relay says that it has charged.
    var charged: Credits? {
        isStream ? closing?["credits_charged"].credits : header("x-nexrelay-credits-charged").flatMap(Credits.init(text:))
    }

    var remaining: Credits? {
        isStream ? closing?["credits_remaining"].credits : header("x-nexrelay-credits-remaining").flatMap(Credits.init(text:))
    }
}
