import NIOCore

/// The answer of `POST /v1/moderations`: `{"id","model","results":[{"flagged","categories","category_scores",…}]}`. Nothing is flagged.
struct ModerationsFormat: ReplyFormat {
    /// The categories of OpenAI's reference, and whether they look at images too.
    private static let categories: [(name: String, takesImages: Bool)] = [
        ("harassment", false), ("harassment/threatening", false), ("hate", false), ("hate/threatening", false), ("illicit", false),
        ("illicit/violent", false), ("self-harm", true), ("self-harm/instructions", true), ("self-harm/intent", true), ("sexual", true),
        ("sexual/minors", false), ("violence", true), ("violence/graphic", true),
    ]
    private static let score = "0.0001"

    private let reply: UpstreamReply
    private let particulars: ModerationParticulars

    init(_ reply: UpstreamReply, particulars: ModerationParticulars) {
        self.reply = reply
        self.particulars = particulars
    }

    var plainBody: BodyParts {
        var json = ByteBuffer(string: #"{"id":"modr-\#(reply.id)","model":"#)
        json.writeJSONString(reply.model)
        json.writeString(#","results":[\#(particulars.inputs.map(result).joined(separator: ","))]}"#)
        return BodyParts(json)
    }

    private func result(_ input: ModeratedInput) -> String {
        let categories = object { _ in "false" }
        let scores = object { _ in Self.score }
        let types = object { takesImages in
            let types = (input.hasText ? ["\"text\""] : []) + (input.hasImage && takesImages ? ["\"image\""] : [])
            return "[\(types.joined(separator: ","))]"
        }
        return #"{"flagged":false,"categories":\#(categories),"category_scores":\#(scores),"category_applied_input_types":\#(types)}"#
    }

    private func object(_ value: (_ takesImages: Bool) -> String) -> String {
        "{\(Self.categories.map { "\"\($0.name)\":\(value($0.takesImages))" }.joined(separator: ","))}"
    }
}
