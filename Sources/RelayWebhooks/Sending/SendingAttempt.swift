import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS
import RelayDomain

/// One attempt: a name, its addresses, a connection to the first that takes one, a request, the status. It ends once.
///
/// Everything but ``outcome()`` happens on its event loop, and nothing else touches it: hence `@unchecked`.
final class SendingAttempt: @unchecked Sendable {
    private let message: SignedMessage
    private let loop: any EventLoop
    private let sender: HTTPSender
    private let promise: EventLoopPromise<DeliveryOutcome>
    private var timer: Scheduled<Void>?
    private var channel: (any Channel)?
    private var status: Int?
    private var hasEnded = false

    init(_ message: SignedMessage, loop: any EventLoop, sender: HTTPSender) {
        self.message = message
        self.loop = loop
        self.sender = sender
        promise = loop.makePromise()
    }

    func outcome() async -> DeliveryOutcome {
        // The promise never fails.
        (try? await promise.futureResult.get()) ?? .failed(.stopped)
    }

    /// What came of it, the first time; the status counts for more than whatever came after it.
    func end(_ outcome: DeliveryOutcome) {
        guard !hasEnded else { return }
        hasEnded = true
        timer?.cancel()
        channel?.close(promise: nil)
        promise.succeed(status.map { .answered(status: $0) } ?? outcome)
    }

    // MARK: To a connection

    func begin() {
        guard !hasEnded else { return }
        timer = loop.scheduleTask(in: .milliseconds(sender.limits.attemptMilliseconds)) { self.end(.failed(.timeout)) }
        let url = message.url
        sender.resolver.addresses(of: url.host, port: url.port, on: loop).hop(to: loop).whenComplete { result in
            guard !self.hasEnded else { return }
            guard let found = try? result.get(), !found.isEmpty else { return self.end(.failed(.name)) }
            // A name may lead anywhere, also to two places at once: those that are allowed remain.
            let allowed = found.filter { $0.networkAddress.map(self.sender.rule.allows) ?? false }
            self.connect(allowed.prefix(DeliveryLimits.addresses), otherwise: .address)
        }
    }

    private func connect(_ addresses: ArraySlice<SocketAddress>, otherwise fault: DeliveryFault) {
        guard !hasEnded else { return }
        guard let address = addresses.first else { return end(.failed(fault)) }
        ClientBootstrap(group: loop)
            .connectTimeout(.milliseconds(sender.limits.connectMilliseconds))
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: DeliveryLimits.answerBytes))
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.configure(channel) } }
            .connect(to: address)
            .whenComplete { result in
                switch result {
                case .success(let channel): self.connected(channel)
                case .failure: self.connect(addresses.dropFirst(), otherwise: .connection)
                }
            }
    }

    private func configure(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if message.url.isTLS {
            // Where the host is an address, the certificate is held against the one that is connected to.
            let name = message.url.address == nil ? message.url.host : nil
            try pipeline.addHandler(NIOSSLClientHandler(context: sender.tls, serverHostname: name))
        }
        try pipeline.addHandler(ReadMeter())
        var framing = HTTPRequestEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        try pipeline.addHandler(HTTPRequestEncoder(configuration: framing))
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(AnswerHandler(attempt: self))
    }

    private func connected(_ channel: any Channel) {
        guard !hasEnded else { return channel.close(promise: nil) }
        self.channel = channel
        if !message.url.isTLS { write(to: channel) }
    }

    /// The handshake is through: somebody whom the system trusts has certified the other side, by the host's name or by the address.
    func secured(_ channel: any Channel) {
        guard !hasEnded else { return }
        // The address would be enough for the handshake, and must not be: whoever can lead a name to an address of their own can have that
        // address certified.
        guard message.url.address != nil || isCertified(channel) else { return end(.failed(.tls)) }
        write(to: channel)
    }

    private func isCertified(_ channel: any Channel) -> Bool {
        guard let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self),
            let certificate = handler.peerCertificate
        else { return false }
        return certificate._subjectAlternativeNames().contains {
            $0.nameType == .dnsName && CertificateName(Array($0.contents)).matches(message.url.host)
        }
    }

    private func write(to channel: any Channel) {
        let headers = HTTPHeaders(message.headers.map { ($0.name, $0.value) })
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: message.url.target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: message.body))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    // MARK: From the connection

    func answered(status: Int) {
        if self.status == nil { self.status = status }
    }

    /// There is nothing more to wait for.
    func closed() { end(.failed(.closed)) }

    func failed(_ error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown: end(.failed(.closed))
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError, is NIOTLSUnwrappingError: end(.failed(.tls))
        case is HTTPParserError, is ReadMeter.Exceeded: end(.failed(.answer))
        default: end(.failed(.closed))
        }
    }
}
