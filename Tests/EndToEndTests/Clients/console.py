"""Goes through the console as a browser does that keeps cookies and runs no script, and prints what it saw.

usage: console.py BASE_URL OPERATOR_EMAIL OPERATOR_PASSWORD [CERTIFICATE]

The operator's password is one that was given out for one sign-in.
"""

import http.client
import json
import re
import ssl
import sys
import urllib.parse

base = urllib.parse.urlsplit(sys.argv[1])
operator_email, given = sys.argv[2:4]
certificate = sys.argv[4] if len(sys.argv) > 4 else None


class Browser:
    def __init__(self):
        self.cookies = {}
        self.page = ""
        self.set = []

    def send(self, method, path, fields=None, headers=None):
        if certificate:
            trust = ssl.create_default_context(cafile=certificate)
            connection = http.client.HTTPSConnection(base.hostname, base.port, context=trust, timeout=60)
        else:
            connection = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            secret = re.search(r'name="form" value="([0-9a-f]{64})"', self.page)
            fields = {"form": secret.group(1) if secret else "", **fields}
            body = urllib.parse.urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.set = answer.headers.get_all("Set-Cookie") or []
        for cookie in self.set:
            name, _, value = cookie.split(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if method == "GET":
            self.page = text
        self.location = answer.headers.get("Location")
        self.headers = answer.headers
        connection.close()
        return answer.status, text

    def get(self, path, headers=None):
        return self.send("GET", path, headers=headers)

    def post(self, path, **fields):
        return self.send("POST", path, fields)


seen = {}
password = "correct-battery-41"

customer = Browser()
# What a client says of its own connection makes it no safer: without TLS, it is what a proxy that nobody trusts has passed on.
said = {"X-Forwarded-Proto": "http" if certificate else "https", "X-Forwarded-For": "192.0.2.1"}
seen["passed_on"] = customer.get("/signup", said)[0]
if not certificate:
    customer.get("/signup")
seen["form_cookie"] = customer.set[0] if customer.set else ""
seen["sign_up"] = customer.post("/signup", email="ann@example.org", name="Ann <b>", password=password)[0]
seen["session_cookie"] = next((cookie for cookie in customer.set if "session" in cookie), "")
status, text = customer.get("/console")
seen["overview"] = status == 200 and "no plan yet" in text and "Ann &lt;b&gt;" in text and "<script" not in text
seen["policy"] = customer.headers.get("Content-Security-Policy")
seen["hidden"] = customer.get("/operator")[0]
customer.get("/console")
seen["sign_out"] = (customer.post("/logout")[0], customer.location)
seen["signed_out"] = (customer.get("/console")[0], customer.location)

operator = Browser()
operator.get("/login")
seen["wrong"] = operator.post("/login", email=operator_email, password="wrong")[0]
operator.get("/login")
seen["first"] = (operator.post("/login", email=operator_email, password=given)[0], operator.get("/operator")[0], operator.location)
operator.get("/password")
seen["chosen"] = (operator.post("/password", new=password, repeated=password)[0], operator.location)
seen["operator"] = operator.get("/operator")[0]
again = Browser()
again.get("/login")
seen["spent"] = again.post("/login", email=operator_email, password=given)[0]
again.get("/login")
seen["again"] = (again.post("/login", email=operator_email, password=password)[0], again.location)
seen["forged"] = again.send("POST", "/console/security/sessions/end-all", {"form": "0" * 64})[0]
again.get("/console/security")
seen["everywhere"] = again.post("/console/security/sessions/end-all")[0]
seen["ended"] = (operator.get("/operator")[0], operator.location)

print(json.dumps(seen))
