"""Real Chromium on a real server: the demo network for looking, a server of one's own for doing.

Every page blocks other hosts and fails on any that was asked for, on every report of the policy, and on every
error that a script threw.
"""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.live.server import serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="session")
def chromium():
    """One browser for each worker."""
    if not CHROMIUM:
        pytest.skip("the tests in a browser: no Chromium is installed (CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Tab:
    """A page with what went wrong on it."""

    def __init__(self, context, base):
        self.context, self.base, self.faults = context, base, []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._console)
        self.page.route("**/*", self._only_here)

    def _only_here(self, route):
        if route.request.url.startswith((self.base, self.base.replace("http", "ws"), "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"another host: {route.request.url}")
            route.abort()

    def _console(self, message):
        if "Content Security Policy" in message.text or "violates" in message.text:
            self.faults.append(f"policy: {message.text}")

    def open(self, path):
        """Go to an address of the site."""
        return self.page.goto(self.base + path)

    def close(self):
        """Close the page and its context; fail on what went wrong."""
        self.context.close()
        assert not self.faults, self.faults


class Site:
    """A running server, and browsers that are signed in on it."""

    def __init__(self, server, url, chromium, folder):
        self.server, self.url, self.chromium, self.folder = server, url, chromium, folder
        self.base = f"http://127.0.0.1:{server.port}"
        self.tabs = []

    def tab(self, cookie=None, **options):
        """Open a browser context; `cookie` is that of a signed-in person."""
        context = self.chromium.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        )
        context.set_default_timeout(15_000)
        if cookie:
            context.add_cookies([{"name": "session", "value": cookie, "url": self.base}])
        tab = Tab(context, self.base)
        self.tabs.append(tab)
        return tab

    def close(self):
        """Close all tabs; fail on what went wrong on any of them."""
        faults = []
        for tab in self.tabs:
            faults += tab.faults
            tab.context.close()
        self.tabs = []
        assert not faults, faults


def cookie_of(seat):
    """Return the cookie of a seat of the cast."""
    return seat.client.get_cookie("session").value


@pytest.fixture
def site(cast, app, database_url, tmp_path, chromium):
    """A server of one's own on the cast's database."""
    with serving(database_url, tmp_path) as server:
        made = Site(server, database_url, chromium, tmp_path)
        yield made
        made.close()


@pytest.fixture(scope="session")
def demo(template, tmp_path_factory, chromium):
    """The demo network on a server, once for each worker; and its people's cookies by account."""
    from tests.browser import demo_network

    folder = tmp_path_factory.mktemp("demo")
    with template.copy(folder) as url:
        cookies = demo_network.fill(url, folder)
        with serving(url, folder, DEMO="yes", LANGUAGES="en,fr,ar") as server:
            made = Site(server, url, chromium, pathlib.Path(folder))
            made.cookies = cookies
            yield made
            made.close()
