/// Why there is no answer. The words go into the books and to the webhook's owner: they hold nothing that anybody else has written.
public enum DeliveryFault: String, Error, Hashable, Sendable, CaseIterable {
    case url = "the URL is not allowed"
    case secret = "the secret cannot be opened with this relay's encryption key"
    case name = "the host's name was not found"
    case address = "the host's address is not public"
    case connection = "no connection"
    case tls = "no secure connection: the certificate or the protocol was refused"
    case timeout = "no answer within the time"
    case closed = "the connection was closed without an answer"
    case answer = "the answer is not HTTP"
    /// The relay stops. Nothing is written down: the claim passes.
    case stopped = "the relay stopped"
}
