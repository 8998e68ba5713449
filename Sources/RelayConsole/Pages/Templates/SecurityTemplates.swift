/// How somebody signs in, and where they are signed in.
enum SecurityTemplates {
    static let choice = PageTemplate(
        """
        <h1>Choose a password</h1>
        <p>The one that you were given was good for this once. Nothing else is open before there is another.</p>
        {{#fault}}<p class="fault" role="alert">{{fault}}</p>{{/fault}}
        <form class="entry" method="post" action="/password">
        <input type="hidden" name="form" value="{{form}}">
        <label for="new">New password, at least {{least}} characters</label>
        <input id="new" name="new" type="password" autocomplete="new-password" required minlength="{{least}}">
        <label for="repeated">Once more</label>
        <input id="repeated" name="repeated" type="password" autocomplete="new-password" required>
        <button>Take it</button>
        </form>
        <form class="entry" method="post" action="/logout"><input type="hidden" name="form" value="{{form}}">
        <button class="quiet">Sign out</button></form>

        """, in: .console)

    static let security = PageTemplate("<h1>Security</h1>\n" + password + codes + sessions, in: .console)

    private static let password = """
        <section aria-labelledby="password-heading">
        <h2 id="password-heading">Password</h2>
        {{#passwordFault}}<p class="fault" role="alert">{{passwordFault}}</p>{{/passwordFault}}
        <form class="entry" method="post" action="/console/security/password">
        <input type="hidden" name="form" value="{{form}}">
        <label for="present">Present password</label>
        <input id="present" name="password" type="password" autocomplete="current-password" required>
        <label for="new">New password, at least {{least}} characters</label>
        <input id="new" name="new" type="password" autocomplete="new-password" required minlength="{{least}}">
        <label for="repeated">Once more</label>
        <input id="repeated" name="repeated" type="password" autocomplete="new-password" required>
        <button>Change the password</button>
        </form>
        <p class="soft">All other sessions end.</p>
        </section>

        """

    private static let codes = """
        <section aria-labelledby="codes-heading">
        <h2 id="codes-heading">Codes of an authenticator</h2>
        {{#codesFault}}<p class="fault" role="alert">{{codesFault}}</p>{{/codesFault}}
        {{#isOn}}
        <p>They are on: who signs in needs the password and a code. {{codesLeft}} recovery codes are left.</p>
        <form class="entry" method="post" action="/console/security/codes/recovery">
        <input type="hidden" name="form" value="{{form}}">
        <label for="renewing">Password</label>
        <input id="renewing" name="password" type="password" autocomplete="current-password" required>
        <button>Make new recovery codes</button>
        </form>
        <form class="entry" method="post" action="/console/security/codes/off">
        <input type="hidden" name="form" value="{{form}}">
        <label for="ending">Password</label>
        <input id="ending" name="password" type="password" autocomplete="current-password" required>
        <button class="quiet">Turn codes off</button>
        </form>
        {{/isOn}}
        {{^isOn}}
        <p>They are off: the password alone lets in. With them, it takes your telephone too.</p>
        <form class="entry" method="post" action="/console/security/codes">
        <input type="hidden" name="form" value="{{form}}">
        <label for="offering">Password</label>
        <input id="offering" name="password" type="password" autocomplete="current-password" required>
        <button>Set up codes</button>
        </form>
        {{/isOn}}
        </section>

        """

    private static let sessions = """
        <section aria-labelledby="sessions-heading">
        <h2 id="sessions-heading">Sessions</h2>
        <div class="wide" role="region" aria-label="Where you are signed in" tabindex="0">
        <table>
        <caption>Where you are signed in</caption>
        <thead><tr><th scope="col">Browser</th><th scope="col">Address</th><th scope="col">Since, UTC</th><th scope="col">Last seen, UTC</th>\
        <th scope="col">End</th></tr></thead>
        <tbody>
        {{#sessions}}
        <tr><th scope="row">{{agent}}{{#isThis}} <strong>(this one)</strong>{{/isThis}}</th><td>{{address}}</td>\
        <td class="time">{{created}}</td><td class="time">{{seen}}</td>\
        <td><form method="post" action="/console/security/sessions/end"><input type="hidden" name="form" value="{{form}}">\
        <input type="hidden" name="session" value="{{id}}"><button class="quiet" aria-label="End the session of {{created}}">End</button>\
        </form></td></tr>
        {{/sessions}}
        </tbody>
        </table>
        </div>
        <form method="post" action="/console/security/sessions/end-all"><input type="hidden" name="form" value="{{form}}">
        <button>Sign out everywhere</button></form>
        </section>

        """

    static let offer = PageTemplate(
        """
        <h1>Set up codes</h1>
        <p>Let your authenticator read this picture, or type what stands below it. Then enter the code that it shows.</p>
        <div class="picture" role="img" aria-label="A QR code of the secret that stands below">{{{picture}}}</div>
        <dl><dt>Secret</dt><dd><code>{{secret}}</code></dd></dl>
        {{#fault}}<p class="fault" role="alert">{{fault}}</p>{{/fault}}
        <form class="entry" method="post" action="/console/security/codes/confirm">
        <input type="hidden" name="form" value="{{form}}">
        <label for="code">Code</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="7">
        <button>Turn codes on</button>
        </form>
        <p><a href="/console/security">Leave it as it was</a></p>

        """, in: .console)

    static let recovery = PageTemplate(
        """
        <h1>Recovery codes</h1>
        <p>Each lets you in once without your authenticator. They are shown this once: write them down, and keep them apart from your \
        telephone. Those that you had before are good no more.</p>
        <ul class="codes">
        {{#codes}}<li><code>{{code}}</code></li>
        {{/codes}}
        </ul>
        <p><a href="/console/security">I have written them down</a></p>

        """, in: .console)
}
