import NIOCore
import NIOPosix
import RelayDomain
import RelayWire

/// Takes the coding off a body before the request is relayed: a small one at once, others on the pool's thread, while the client waits.
final class BodyDecoding: PublicResponder {
    /// Bodies up to this size are decoded on the event loop, as long as not more than ``smallResultBytes`` come of them.
    private static let smallBodyBytes = 8 << 10
    private static let smallResultBytes = 128 << 10

    private let body: ByteBuffer
    private let coding: ContentCoding
    private let loop: LoopContext
    private var isClientHere = true

    init(_ body: ByteBuffer, _ coding: ContentCoding, loop: LoopContext) {
        self.body = body
        self.coding = coding
        self.loop = loop
    }

    /// - Parameter receive: gets the body, once, unless the client leaves before.
    func start(_ receive: @escaping (Result<ByteBuffer, Refusal>) -> Void) {
        let limit = loop.configuration.limits.bodyBytes
        if body.readableBytes <= Self.smallBodyBytes {
            switch Self.decode(body, coding, limitBytes: min(limit, Self.smallResultBytes)) {
            case .success(let decoded): return receive(.success(decoded))
            case .failure(.tooLarge) where Self.smallResultBytes < limit: break
            case .failure(let fault): return receive(.failure(Self.refusal(for: fault, limitBytes: limit)))
            }
        }
        guard loop.scansWaiting < loop.scanLimit else {
            return receive(.failure(Refusal(.overloaded, "Too many requests are waiting. Try again soon.", retryAfterSeconds: 1)))
        }
        loop.scansWaiting += 1
        // What the one thread is making is the only result that nobody counts yet.
        loop.gatheredBytes += body.readableBytes
        loop.scanPool.runIfActive(eventLoop: loop.eventLoop) { [body, coding] in
            Self.decode(body, coding, limitBytes: limit)
        }
        .assumeIsolated().whenComplete { [self] result in
            loop.scansWaiting -= 1
            loop.gatheredBytes -= body.readableBytes
            guard isClientHere else { return }
            switch result {
            case .success(.success(let decoded)) where loop.mayGather(decoded.readableBytes): receive(.success(decoded))
            case .success(.success): receive(.failure(PublicHandler.noMemory))
            case .success(.failure(let fault)): receive(.failure(Self.refusal(for: fault, limitBytes: limit)))
            case .failure: receive(.failure(Refusal(.overloaded, "The relay is shutting down.", retryAfterSeconds: 5)))
            }
        }
    }

    private static func decode(_ body: ByteBuffer, _ coding: ContentCoding, limitBytes: Int) -> Result<ByteBuffer, ContentFault> {
        Result { () throws(ContentFault) in try ContentDecoder(limitBytes: limitBytes).decode(body, coding) }
    }

    private static func refusal(for fault: ContentFault, limitBytes: Int) -> Refusal {
        switch fault {
        case .malformed: Refusal(.invalidRequest, "The body is not what its `Content-Encoding` says that it is.", param: "Content-Encoding")
        case .incomplete: Refusal(.invalidRequest, "The encoded body ends too soon.", param: "Content-Encoding")
        case .tooLarge: Refusal(.requestTooLarge, "The request's body, decoded, is larger than \(limitBytes) bytes.")
        case .windowTooLarge:
            Refusal(
                .invalidRequest, "The body's zstd window is larger than \(ContentDecoder.windowBytes) bytes. Compress it at a lower level.",
                param: "Content-Encoding")
        }
    }

    func clientLeft() { isClientHere = false }

    func clientWritabilityChanged() {}

    /// The queue is bounded, and so is the work for each body in it.
    func tick(now: NIODeadline) {}
}
