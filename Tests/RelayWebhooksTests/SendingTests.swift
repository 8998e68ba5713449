import Foundation
import NIOCore
import RelayDomain
import RelayTestKit
import RelayWebhooks
import Testing

/// Real sockets: what a receiver can do, and what is done then.
@Suite struct SendingTests {
    private func outcome(
        _ behaviour: Receiver.Behaviour, milliseconds: Int64? = nil
    ) async throws -> (outcome: DeliveryOutcome, receiver: Receiver) {
        let receiver = try await Receiver(behaviour)
        let outcome = try await Fixture.sender(milliseconds: milliseconds).send(Fixture.message(receiver.url()))
        try await receiver.close()
        return (outcome, receiver)
    }

    @Test("a receiver gets the message as it was signed, once, on a connection that is not kept")
    func request() async throws {
        let (outcome, receiver) = try await outcome(Receiver.status(200))
        #expect(outcome == .answered(status: 200))
        let request = try #require(receiver.requests.first)
        #expect(receiver.requests.count == 1)
        #expect(request.line == "POST /hook?a=b")
        let message = try Fixture.message(receiver.url())
        #expect(request.headers == message.headers.map { "\($0.name): \($0.value)" })
        #expect(request.header("host") == "127.0.0.1:\(receiver.port)")
        #expect(request.body == message.body)
        try await eventually("the connection ends") { receiver.connections == (1, 1) }
    }

    @Test("the status is the answer", arguments: [200, 204, 299, 302, 307, 400, 410, 429, 500, 503])
    func statuses(status: Int) async throws {
        let body = status == 204 ? Receiver.Behaviour.says("HTTP/1.1 204 No Content\r\n\r\n") : Receiver.status(status, body: "hello")
        #expect(try await outcome(body).outcome == .answered(status: status))
    }

    @Test("a redirect is not followed")
    func redirect() async throws {
        let elsewhere = try await Receiver(Receiver.status(200))
        let (outcome, receiver) = try await outcome(Receiver.status(302, headers: "location: \(elsewhere.url())\r\nset-cookie: a=b\r\n"))
        #expect(outcome == .answered(status: 302))
        #expect(receiver.requests.count == 1 && elsewhere.connections.made == 0)
        try await elsewhere.close()
    }

    /// With ever more time, until there was enough for what a test is about: a slow machine must not matter.
    private func withTime(_ behaviour: Receiver.Behaviour, _ isEnough: (DeliveryOutcome, Receiver) -> Bool) async throws {
        var milliseconds: Int64 = 200
        while true {
            let (outcome, receiver) = try await outcome(behaviour, milliseconds: milliseconds)
            try await eventually("the connection ends") { receiver.connections.made == receiver.connections.ended }
            if isEnough(outcome, receiver) { return }
            #expect(outcome == .failed(.timeout))
            milliseconds *= 2
            try #require(milliseconds < 60_000)
        }
    }

    @Test("a receiver that hangs is left in time")
    func hanging() async throws {
        try await withTime(.says("")) { outcome, receiver in outcome == .failed(.timeout) && receiver.requests.count == 1 }
    }

    @Test("who has said a status and hangs then has answered")
    func hangingBody() async throws {
        try await withTime(.says("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe")) { outcome, _ in outcome == .answered(status: 200) }
    }

    @Test("a body without end is left after a few kilobytes")
    func endlessBody() async throws {
        let more = String(repeating: "x", count: 1_000)
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"
        let (outcome, receiver) = try await outcome(.goesOn(head, with: more))
        #expect(outcome == .answered(status: 200))
        try await eventually("the connection ends") { receiver.connections == (1, 1) }
    }

    @Test(
        "a head without end, and answers that are none yet without end, are left",
        arguments: [
            ("HTTP/1.1 200 OK\r\n", "x-a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"), ("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        ])
    func endlessHead(first: String, more: String) async throws {
        #expect(try await outcome(.goesOn(first, with: more)).outcome == .failed(.answer))
    }

    @Test("a head of several kilobytes is read")
    func largeHead() async throws {
        let headers = "x-policy: \(String(repeating: "a", count: 8_000))\r\n"
        #expect(try await outcome(Receiver.status(200, headers: headers)).outcome == .answered(status: 200))
    }

    @Test("what is not HTTP is no answer")
    func garbage() async throws {
        #expect(try await outcome(.says("220 mail.example.com ESMTP\r\n\r\n")).outcome == .failed(.answer))
    }

    @Test("a connection that is closed is no answer, unless there was a status")
    func closing() async throws {
        #expect(try await outcome(.leaves("")).outcome == .failed(.closed))
        #expect(try await outcome(.leaves("HTTP/1.1 200 ")).outcome != .answered(status: 200))
        #expect(try await outcome(.leaves("HTTP/1.1 201 OK\r\ncontent-length: 10\r\n\r\nhello")).outcome == .answered(status: 201))
    }

    @Test("where nobody listens there is no connection")
    func refused() async throws {
        let port = try freePort()
        #expect(try await Fixture.sender().send(Fixture.message("http://127.0.0.1:\(port)/")) == .failed(.connection))
    }

    @Test("a cancelled attempt ends, and its connection with it")
    func cancelled() async throws {
        let receiver = try await Receiver(.says(""))
        let sender = try Fixture.sender()
        let message = try Fixture.message(receiver.url())
        let sending = Task { await sender.send(message) }
        try await eventually("the request arrives") { receiver.requests.count == 1 }
        sending.cancel()
        #expect(await sending.value == .failed(.stopped))
        try await eventually("the connection ends") { receiver.connections == (1, 1) }
        let late = Task { await sender.send(message) }
        late.cancel()
        _ = await late.value
        try await receiver.close()
    }
}
