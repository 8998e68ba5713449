import Hummingbird
import RelayDomain

/// Why there is another page than the one that was asked for.
struct PageFault: Error, Sendable {
    let status: HTTPResponse.Status
    let title: String
    let text: String
    var retryAfterSeconds: Int?

    static let malformedForm = PageFault(
        status: .badRequest, title: "This form cannot be read", text: "Go back, load the page again, and send it once more.")
    static let formTooLarge = PageFault(
        status: .contentTooLarge, title: "This form is too large", text: "Go back, and send less of it.")
    static let notAForm = PageFault(
        status: .unsupportedMediaType, title: "This is no form", text: "Pages take what their own forms send, and nothing else.")
    static let foreignForm = PageFault(
        status: .forbidden, title: "This form is not of this page, or too old",
        text: "Nothing was changed. Load the page again, and send its form once more. The browser must take this site's cookies.")
    static let notPrivate = PageFault(
        status: .forbidden, title: "This connection is not encrypted",
        text: "Passwords are not taken over it. Use HTTPS. For who operates this relay: set `public.tls`, or have a proxy among "
            + "`public.trusted_proxies` send X-Forwarded-Proto.")

    init(status: HTTPResponse.Status, title: String, text: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.title = title
        self.text = text
        self.retryAfterSeconds = retryAfterSeconds
    }

    init(_ refusal: Refusal) {
        self.init(
            status: .init(integerLiteral: refusal.status), title: "This cannot be done at present", text: refusal.message,
            retryAfterSeconds: refusal.retryAfterSeconds)
    }

    var response: Response {
        var headers: HTTPFields = [:]
        headers[.retryAfter] = retryAfterSeconds.map { String($0) }
        return .consolePage(FaultTemplate.page.html(title: title, ["text": text]), status: status, headers: headers)
    }
}
