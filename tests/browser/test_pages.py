"""Every kind of page, looked at: accessibility, width, weight, the policy."""

import http.server
import re
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.looks
MEMBER, ARABIC, STEWARD = "nairobi-focal-point", "casablanca-member", "secretariat"
GUEST_PAGES = [
    "/", "/discussions", "/discussions/1", "/members", "/members?view=map", "/members?view=map&layer=events",
    "/members?kind=city&region=Africa",
    "/regions/europe", "/members/1", "/groups", "/groups/1", "/search?q=housing",
    "/sign-in", "/sign-in/link", "/reset", "/about", "/accessibility", "/privacy", "/help", "/nothing-here",
    "/calendar", "/calendar/week/2026-W48", "/calendar/year/2026", "/calendar/agenda",
    "/calendar/agenda?theme=data", "/calendar/embed", "/events/1", "/events/1/programme",
    "/events/2/minutes", "/actions", "/actions/board", "/actions/roadmap", "/actions/1",
    "/actions/from/1", "/actions/needs",
]  # fmt: skip
MEMBER_PAGES = [
    "/", "/?show=following", "/discussions", "/discussions?state=unread", "/discussions/1", "/discussions/new",
    "/members/1", "/members?who=people", "/people/3", "/groups/2", "/groups/2/people", "/notifications", "/search", "/updates/new",
    "/settings", "/settings/devices", "/settings/notices", "/settings/password", "/menu",
    "/discussions/1/posts/1/history", "/library/new", "/messages", "/messages/1", "/messages/3",
    "/messages/new", "/settings/messages",
    "/calendar", "/calendar?group=1", "/calendar/subscribe", "/calendar/import", "/dates", "/dates/1",
    "/dates/new", "/events/new", "/events/1", "/actions/new", "/actions/1", "/actions/board",
]  # fmt: skip
STEWARD_PAGES = [
    "/admin",
    "/admin/mail",
    "/admin/audit",
    "/members?who=people&kind=city",
    "/actions/from/1",
    "/actions/from/new",
    "/actions/from/1/milestones/1",
    "/groups/new",
    "/groups/new-coalition",
    "/groups/2/edit",
    "/groups/2/facts",
    "/groups/2/plan",
    "/discussions/1/move",
    "/discussions/1/conclude",
]
PAGES = {"guest": GUEST_PAGES, "member": MEMBER_PAGES, "steward": STEWARD_PAGES}
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark-390": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "rtl-320": {"viewport": {"width": 320, "height": 700}, "rtl": True},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
RUN = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
SAME_COLOURS = {
    **RUN,
    "rules": {"color-contrast": {"enabled": False}},
}  # half the time; seen in light already
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def tab_for(demo, role, rtl=False, **options):
    """A tab of the demo network as somebody, in one of the looks."""
    handle = {"guest": None, "member": ARABIC if rtl else MEMBER, "steward": STEWARD}[role]
    tab = demo.tab(demo.cookies.get(handle), **options)
    if rtl and role == "guest":
        tab.context.add_cookies([{"name": "language", "value": "ar", "url": demo.base}])
    return tab


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", PAGES)
def test_no_page_keeps_anybody_out(demo, role, look):
    """axe finds nothing, on any page, and nothing is wider than the screen."""
    tab, axe, faults = tab_for(demo, role, **LOOKS[look]), Axe(), []
    for path in PAGES[role]:
        page = tab.open(path)
        if LOOKS[look].get("rtl") and role != "steward":
            assert page.get_attribute("html", "dir") == "rtl", path
        faults += found(axe, page, path, SAME_COLOURS if look == "rtl-320" else RUN)
        faults += wide(page, path)
    tab.close()
    assert not faults, "\n".join(faults)


def found(axe, page, path, options):
    """What axe says of a page."""
    violations = axe.run(page, options=options).response["violations"]
    return [f"{path}: {v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in violations]


def wide(page, path):
    """What is wider than the screen."""
    over = page.evaluate(WIDER)
    return [f"{path}: {over} px wider than the screen"] if over > 0 else []


@pytest.mark.parametrize("role", PAGES)
def test_every_page_fits_on_the_smallest_screen(demo, role):
    """320 px wide, left to right: nothing to scroll sideways."""
    tab = tab_for(demo, role, viewport={"width": 320, "height": 700})
    faults = [fault for path in PAGES[role] for fault in wide(tab.open(path), path)]
    tab.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", ["/", "/discussions", "/discussions/1", "/members"])
def test_a_first_visit_is_small(demo, path):
    """All files until three seconds after the page is there: 100 KB, 8 requests, 25 KB of script."""
    tab = demo.tab(demo.cookies[MEMBER])
    sizes, kinds = {}, {}

    def weigh(request):
        key = request.url.split("#")[0]
        sizes[key], kinds[key] = request.sizes()["responseBodySize"], request.resource_type

    tab.page.on("requestfinished", weigh)
    tab.open(path)
    tab.page.wait_for_timeout(3000)
    tab.close()
    script = sum(size for url, size in sizes.items() if kinds[url] in ("script", "fetch"))
    assert len(sizes) <= 8, sorted(sizes)
    assert sum(sizes.values()) <= 100 * 1024, sizes
    assert script <= 25 * 1024, sizes


def test_without_a_session_members_pages_ask_for_sign_in(demo):
    tab = demo.tab()
    tab.open("/notifications")
    assert "/sign-in?next=/notifications" in tab.page.url
    assert re.search("Sign in", tab.page.title())
    tab.close()


@pytest.fixture
def elsewhere(demo):
    """The address of another site, with a frame for public events and one for a page that wants to be in none."""
    paths = {"events": "/calendar/embed?lang=fr", "door": "/sign-in"}
    html = "".join(f'<iframe name="{name}" src="{demo.base}{path}"></iframe>' for name, path in paths.items())

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_words):
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_another_site_shows_the_public_events_in_a_frame_and_nothing_else(demo, elsewhere):
    context = demo.chromium.new_context()  # not a tab: that one takes a frame that is refused for a fault
    page = context.new_page()
    page.goto(elsewhere)
    shown = page.frame("events")
    shown.wait_for_selector("h1")
    assert shown.evaluate("document.documentElement.lang") == "fr" and shown.locator("li").count() > 3
    assert (
        shown.evaluate("getComputedStyle(document.querySelector('.dateplate')).display") == "grid"
    )  # its styles came
    assert shown.evaluate(WIDER) <= 0
    assert page.frame("door").locator("form").count() == 0  # every other page refuses to be framed
    context.close()
