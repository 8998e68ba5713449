/// The pages for whoever is not signed in yet.
enum SignInTemplates {
    static let signIn = PageTemplate(
        """
        <h1>Sign in</h1>
        {{#isRefused}}<p class="fault" role="alert">This address and this password do not belong together, or it was tried too often. \
        Try again in a while.</p>{{/isRefused}}
        <form class="entry" method="post" action="/login">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="next" value="{{next}}">
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" value="{{email}}" autocomplete="username" required maxlength="254">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button>Sign in</button>
        </form>
        {{#isSignUpOpen}}<p><a href="/signup">Open an account</a></p>{{/isSignUpOpen}}
        <p class="soft">Without a password, or with one that is forgotten: whoever operates this relay gives out a new one.</p>

        """, in: .console)

    static let code = PageTemplate(
        """
        <h1>Enter a code</h1>
        {{#isRefused}}<p class="fault" role="alert">This code is not right, was used before, or codes were tried too often. \
        Wait for the next one.</p>{{/isRefused}}
        <form class="entry" method="post" action="/login/code">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="next" value="{{next}}">
        <label for="code">The six digits that your authenticator shows, or a recovery code</label>
        <input id="code" name="code" inputmode="text" autocomplete="one-time-code" required maxlength="32" autofocus>
        <button>Go on</button>
        </form>
        <form class="entry" method="post" action="/logout"><input type="hidden" name="form" value="{{form}}">
        <button class="quiet">Sign in as somebody else</button></form>

        """, in: .console)

    static let signUp = PageTemplate(
        """
        <h1>Open an account</h1>
        {{#isOpen}}
        {{#fault}}<p class="fault" role="alert">{{fault}}</p>{{/fault}}
        <form class="entry" method="post" action="/signup">
        <input type="hidden" name="form" value="{{form}}">
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" value="{{email}}" autocomplete="username" required maxlength="254">
        <label for="name">Name, if you like</label>
        <input id="name" name="name" value="{{name}}" autocomplete="name" maxlength="100">
        <label for="password">Password, at least {{least}} characters</label>
        <input id="password" name="password" type="password" autocomplete="new-password" required minlength="{{least}}">
        <button>Open the account</button>
        </form>
        {{/isOpen}}
        {{^isOpen}}
        <p>Accounts are opened by whoever operates this relay. Ask them for one: they give you a password to sign in with.</p>
        {{/isOpen}}
        <p><a href="/login">Sign in</a></p>

        """, in: .console)
}
