import RelayDomain
import Testing

extension UpstreamFault.End {
    func check(_ answer: Answer) {
        switch self {
        case .refusal(let status, let code):
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.errorCode == code)
            #expect(answer.json["error"].keys == ["message", "type", "param", "code"])
            #expect(!answer.isStream)
            if status == 503 { #expect(answer.header("retry-after").flatMap { Int($0) } ?? 0 > 0) }
        case .answer:
            #expect(answer.status == 200, "\(answer.text)")
            #expect(!answer.isStream || answer.isDone, "\(answer.text)")
            #expect(answer.streamError == nil)
        case .answerWithoutDone:
            #expect(answer.status == 200, "\(answer.text)")
            #expect(!answer.events.isEmpty && !answer.isDone)
            #expect(answer.streamError == nil)
        case .errorEvent(let code):
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.streamError?["code"].string == code, "\(answer.text)")
            #expect(!answer.text.contains("[DONE]"))
            #expect(!answer.content.isEmpty)
        case .passed(let status):
            #expect(answer.status == status, "\(answer.text)")
        }
    }
}

extension UpstreamFault.Bill {
    func check(_ receipt: JSON, attempt number: Int) {
        let attempt = receipt["attempts"][number]
        let source = receipt["usage"]["source"].string
        switch self {
        case .voided(let outcome):
            #expect(receipt["state"].string == "voided")
            #expect(receipt["credits"]["charged"].credits == .zero)
            #expect(attempt["outcome"].string == outcome)
            #expect(attempt["not_billed_because"].string != nil)
            #expect(source == "none")
        case .reported(let credits):
            #expect(receipt["state"].string == "settled")
            #expect(receipt["credits"]["charged"].credits == credits)
            #expect(attempt["outcome"].string == "answered")
            #expect(source == "reported")
        case .estimated(let outcome):
            #expect(receipt["state"].string == "settled")
            #expect(receipt["credits"]["charged"].credits ?? .zero > .zero)
            #expect(attempt["outcome"].string == outcome)
            #expect(source == "estimated")
        }
    }
}
