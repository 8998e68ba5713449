import Hummingbird

/// What people get in place of a page.
struct ErrorPage {
    let status: HTTPResponse.Status

    var html: String {
        let (title, text) = words
        return Self.template.html(title: title, ["heading": title, "text": text, "status": "\(status.code)"])
    }

    private var words: (title: String, text: String) {
        switch status {
        case .notFound: ("There is no page at this address", "It may have been mistyped, or the page may have moved.")
        case .methodNotAllowed: ("This page can only be read", "Nothing was sent, and nothing was changed.")
        case .badRequest: ("This address cannot be read", "Something in it is not as it must be.")
        case .serviceUnavailable:
            ("This page cannot be shown at present", "Try again in a moment. Requests in flight are kept in the books.")
        default: ("This page cannot be shown", "Something went wrong here. The operator's log says what. Nothing was charged.")
        }
    }

    private static let template = PageTemplate(
        """
        <div class="hero">
        <p class="soft">{{status}}</p>
        <h1>{{heading}}</h1>
        <p class="lead">{{text}}</p>
        <p class="actions"><a class="button" href="/">To the front page</a><a class="button plain" href="/status">Status</a></p>
        </div>

        """, in: .site(script: nil))
}
