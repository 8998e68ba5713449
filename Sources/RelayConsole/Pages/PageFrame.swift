/// What stands around the content of a page.
enum PageFrame {
    /// A page that is saved and printed: it needs nothing but itself, and leads nowhere.
    case document
    /// A page of the site, with its navigation. The script, where there is one, is the only one that the page may run.
    case site(script: PageScript?)
    /// A page for one person, who has signed in or is about to.
    case console

    /// Around a template.
    func around(_ content: String) -> String {
        switch self {
        case .document:
            Self.head(links: "", referrer: "no-referrer") + "<body>\n<header><p class=\"name\">NexRelay</p></header>\n<main>\n" + content
                + "</main>\n"
                + Self.disclaimer + Self.end
        case .site(let script):
            Self.head(links: Self.siteLinks, referrer: "no-referrer") + Self.siteHeader + content + "</main>\n" + Self.siteFooter
                + (script.map { "<script>\($0.text)</script>\n" } ?? "") + Self.end
        case .console:
            // Without a referrer, browsers do not say either from where a form was sent.
            Self.head(links: Self.siteLinks, referrer: "same-origin") + Self.consoleHeader + content + "</main>\n" + Self.siteFooter
                + Self.end
        }
    }

    private static func head(links: String, referrer: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="\(referrer)">
        <title>{{title}} · NexRelay</title>
        \(links)<style>\(PageStyle.text)</style>
        </head>

        """
    }

    private static let siteLinks = "<link rel=\"icon\" href=\"\(SiteFiles.iconPath)\" type=\"image/svg+xml\">\n"

    /// A page that is none of the places of the navigation marks none of them.
    private static let siteHeader = """
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="site">
        <a class="name" href="/">NexRelay</a>
        <nav aria-label="Site">
        {{#navigation}}
        <a href="{{href}}"{{#isHere}} aria-current="page"{{/isHere}}>{{name}}</a>
        {{/navigation}}
        </nav>
        </header>
        <main id="content">

        """

    private static let consoleHeader = """
        <body class="console">
        <a class="skip" href="#content">Skip to the content</a>
        <header class="site">
        <a class="name" href="/">NexRelay</a>
        {{#nav}}
        <nav aria-label="Console">
        {{#links}}<a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{text}}</a>{{/links}}
        <span class="soft">{{email}}</span>
        <form method="post" action="/logout"><input type="hidden" name="form" value="{{form}}"><button>Sign out</button></form>
        </nav>
        {{/nav}}
        </header>
        <main id="content">

        """

    private static let disclaimer = """
        <footer>
        <p>NexRelay is an independent third-party gateway, not an official OpenAI service.</p>
        </footer>

        """

    private static let siteFooter = """
        <footer class="site">
        <p>NexRelay is an independent third-party gateway, not an official OpenAI service.</p>
        <p><a href="/docs">Documentation</a> · <a href="/openapi.json">API description</a> · <a href="/status">Status</a></p>
        </footer>

        """

    private static let end = """
        </body>
        </html>

        """
}

/// What the header of every page of the site leads to.
enum SiteNavigation {
    private static let places = [("Plans", "/#plans"), ("Documentation", "/docs"), ("Status", "/status")]

    /// - Parameter path: of the page that shows it.
    static func values(at path: String) -> [[String: Any]] {
        places.map { name, href in ["name": name, "href": href, "isHere": href == path] }
    }
}
