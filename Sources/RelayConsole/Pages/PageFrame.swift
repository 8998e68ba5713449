/// What stands around the content of every page.
enum PageFrame {
    static let beginning = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>{{title}} · NexRelay</title>
        <style>\(PageStyle.text)</style>
        </head>
        <body>
        <header><p class="name">NexRelay</p></header>
        <main>

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
