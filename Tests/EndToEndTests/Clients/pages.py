"""Opens each page in a real browser, in light, in the dark and on a phone, and prints what is wrong with what it sees.

usage: pages.py BASE_URL [FOLDER]

Wrong is: an error or a warning on the console, which is where a browser also reports what a Content-Security-Policy has stopped; a request
that fails or goes elsewhere; a page that scrolls sideways. The calculator is used with its script and without one. FOLDER gets a picture of
each page in each look.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

base_url = sys.argv[1]
folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None

PAGES = {
    "front": "/",
    "front-fault": "/?input=-1&output=lots&cached_read=5",
    "docs": "/docs",
    "status": "/status",
    "not-found": "/nothing",
}
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}

faults = []
seen = []
calculated = {}


def watch(page, name):
    def fault(text):
        faults.append(f"{name}: {text}")

    # The page of an error is an error to the console as well.
    expected = "404 (Not Found)" if name.startswith("not-found") else None
    page.on(
        "console",
        lambda message: message.type in ("error", "warning")
        and not (expected and expected in message.text)
        and fault(f"console: {message.text}"),
    )
    page.on("pageerror", lambda error: fault(f"script: {error}"))
    # A page that is left before its icon has come is no failure.
    page.on("requestfailed", lambda request: request.failure == "net::ERR_ABORTED" or fault(f"request: {request.url} {request.failure}"))
    page.on("request", lambda request: request.url.startswith(base_url) or fault(f"elsewhere: {request.url}"))


def look(browser, look_name, options):
    context = browser.new_context(**options)
    for name, path in PAGES.items():
        page = context.new_page()
        watch(page, f"{name} {look_name}")
        page.goto(base_url + path, wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append(f"{name} {look_name}: scrolls sideways by {wide} px")
        # The first step of the keyboard is over the navigation.
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") != "skip":
            faults.append(f"{name} {look_name}: the first step is not to the content")
        page.evaluate("document.activeElement.blur()")
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}-{look_name}.png", full_page=name != "docs")
        seen.append(f"{name} {look_name}")
        page.close()
    context.close()


def calculate(browser, kind, has_script):
    context = browser.new_context(java_script_enabled=has_script)
    page = context.new_page()
    watch(page, f"calculator {kind}")
    page.goto(base_url + "/")
    answers = []
    for entries in (["1,000,000", "0", "15"], ["1", "", "1"], ["1099511627776", "1099511627776", "1099511627776"], ["100000", "20000", "50000"]):
        for label, text in zip(("Input tokens", "Output tokens", "Cached read tokens"), entries):
            page.get_by_label(label).fill(text)
        if not has_script:
            page.get_by_role("button", name="Calculate").click()
            page.wait_for_load_state()
        answers.append([page.locator(id).text_content() for id in ("#calculator-credits", "#calculator-dollars")])
    calculated[kind] = answers
    context.close()


with sync_playwright() as playwright:
    # What runs as root has no sandbox; the pages are the relay's own.
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    for look_name, options in LOOKS.items():
        look(browser, look_name, options)
    calculate(browser, "script", True)
    calculate(browser, "no script", False)
    browser.close()

print(json.dumps({"faults": faults, "seen": seen, "calculated": calculated}))
