/// What stands around the content of every page.
enum PageFrame {
    static let beginning = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="same-origin">
        <title>{{title}} · NexRelay</title>
        <style>\(PageStyle.text)</style>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header><p class="name">NexRelay</p>{{#nav}}
        <nav aria-label="Console">
        <ul>{{#links}}<li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{text}}</a></li>{{/links}}</ul>
        <span class="soft">{{email}}</span>
        <form method="post" action="/logout"><input type="hidden" name="form" value="{{form}}"><button>Sign out</button></form>
        </nav>
        {{/nav}}</header>
        <main id="content">

        """

    static let end = """
        </main>
        <footer>
        <p>NexRelay is an independent third-party gateway, not an official OpenAI service.</p>
        </footer>
        </body>
        </html>

        """
}
