"""Real Chromium on real servers: the demo network for looking, a town of its own for doing.

No other host can be reached, and a page fails on any that it asked for, on every report of the policy, and on
every error that a script threw. Both servers run once for each worker; each test makes its own things on them.
"""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from app.core import audience
from tests.browser.town import Town
from tests.databases import ON_POSTGRES
from tests.live.server import serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PATIENCE = 20_000  # milliseconds until something that should be seen counts as missing
HANGS = (
    300  # seconds: a browser that answers no longer is left, and the test begins anew in another page, once
)
HELD = pytest.StashKey()
FOLDER = pathlib.Path(__file__).parent


def pytest_collection_modifyitems(config, items):
    """How a page looks does not depend on the database: tests with the mark `looks` run on SQLite alone.

    Chromium now and then stops answering for good, and keys and scripts wait for it without end: only then, never
    when something was found wrong, a test is begun a second time.
    """
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.timeout(HANGS, func_only=True))
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[r"Timeout \(>"]))
    looks = [item for item in items if item.get_closest_marker("looks")] if ON_POSTGRES else []
    if looks:
        config.hook.pytest_deselected(items=looks)
        items[:] = [item for item in items if item not in looks]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that ran out of its time leaves a browser that does not even close."""
    held = item.config.stash.get(HELD, None)
    if held and call.excinfo and str(call.excinfo.value).startswith("Timeout (>"):
        held.answers = False
    return (yield)


class Chromium:
    """The browser of a worker; one that answers no longer is left for another."""

    def __init__(self, playwright):
        self.playwright, self.answers = playwright, False

    def new_context(self, **options):
        """Open a browser of its own, as far as pages can tell."""
        if not self.answers:
            self.browser = self.playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            self.answers = True
        return self.browser.new_context(**options)


@pytest.fixture(scope="session")
def chromium(pytestconfig):
    """One browser for each worker. It ends with its driver."""
    if not CHROMIUM:
        pytest.skip("the tests in a browser: no Chromium is installed (CHROMIUM)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        held = pytestconfig.stash[HELD] = Chromium(playwright)
        yield held
        if held.answers:
            held.browser.close()


class Tab:
    """A browser of its own with one page, and what went wrong on it."""

    def __init__(self, context, base):
        self.context, self.base, self.faults = context, base, []
        context.on("request", self._only_here)
        self.page = self.another()

    def another(self):
        """Open one more page of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._console)
        return page

    def _only_here(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.faults.append(f"another host: {request.url}")

    def _console(self, message):
        if "Content Security Policy" in message.text or "violates" in message.text:
            self.faults.append(f"policy: {message.text}")

    def open(self, path):
        """Go to an address of the site; return the page."""
        self.page.goto(self.base + path)
        return self.page

    def live(self, path):
        """Go to an address of the site and wait until its socket is there."""
        page = self.open(path)
        expect(page.locator("[data-live-word]")).to_have_text("Live")
        return page

    def close(self):
        """Close the browser; fail on what went wrong in it."""
        self.context.close()
        assert not self.faults, self.faults


class Site:
    """A running server, and browsers on it."""

    def __init__(self, server, chromium):
        self.server, self.chromium, self.tabs = server, chromium, []
        self.base = f"http://127.0.0.1:{server.port}"

    def tab(self, cookie=None, scripts=True, base=None, **options):
        """Open a browser; `cookie` is that of a signed-in person."""
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = self.chromium.new_context(java_script_enabled=scripts, **options)
        context.set_default_timeout(PATIENCE)
        if cookie:
            context.add_cookies([{"name": "session", "value": cookie, "url": base or self.base}])
        tab = Tab(context, base or self.base)
        self.tabs.append(tab)
        return tab

    def close(self):
        """Close all browsers; fail on what went wrong in any of them."""
        faults = []
        for tab in self.tabs:
            faults += tab.faults
            if self.chromium.answers:
                tab.context.close()
        self.tabs = []
        assert not faults, faults


@pytest.fixture(scope="session")
def whole_town(template, tmp_path_factory, chromium):
    """The cast's town on a server, once for each worker."""
    folder = tmp_path_factory.mktemp("town")
    with template.copy(folder) as url:
        town = Town(url, folder)
        with serving(url, folder, LANGUAGES="en,fr,ar") as server:
            town.site = Site(server, chromium)
            yield town
        town.ends()


@pytest.fixture
def town(whole_town):
    """The town for one test; its browsers close with it."""
    audience.forget()  # other tests of this process may have filled it from their own databases
    yield whole_town
    whole_town.site.close()
    audience.forget()


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def scripts(request):
    """Every story is told twice: with scripts and without."""
    return request.param


@pytest.fixture(scope="session")
def demo(template, tmp_path_factory, chromium):
    """The demo network on a server, once for each worker; and its people's cookies by account."""
    from tests.browser import demo_network

    folder = tmp_path_factory.mktemp("demo")
    with template.copy(folder) as url:
        cookies = demo_network.fill(url, folder)
        with serving(url, folder, DEMO="yes", LANGUAGES="en,fr,ar") as server:
            made = Site(server, chromium)
            made.cookies, made.folder = cookies, pathlib.Path(folder)
            yield made
            made.close()
