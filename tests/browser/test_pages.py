"""Every kind of page, looked at: accessibility, weight, the policy, words."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

MEMBER, STEWARD = "nairobi-focal-point", "secretariat"
GUEST_PAGES = [
    "/", "/discussions", "/discussions/1", "/members", "/members/1", "/groups", "/groups/1", "/search?q=housing",
    "/sign-in", "/sign-in/link", "/reset", "/about", "/accessibility", "/privacy", "/help", "/nothing-here",
]  # fmt: skip
MEMBER_PAGES = [
    "/", "/?show=following", "/discussions", "/discussions?state=unread", "/discussions/1", "/discussions/new",
    "/members", "/members/1", "/people/3", "/groups", "/groups/2", "/groups/2/people", "/notifications", "/search",
    "/search?q=housing", "/updates/new", "/settings", "/settings/devices", "/settings/notices", "/settings/password",
    "/menu", "/discussions/1/posts/1/history",
]  # fmt: skip
STEWARD_PAGES = [
    "/admin",
    "/admin/mail",
    "/admin/audit",
    "/groups/new",
    "/discussions/1/move",
    "/discussions/1/conclude",
]
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark-390": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "320": {"viewport": {"width": 320, "height": 700}},
    "rtl-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "rtl": True},
    "rtl-320": {"viewport": {"width": 320, "height": 700}, "rtl": True},
}
ROLES = {"guest": (None, GUEST_PAGES), "member": (MEMBER, MEMBER_PAGES), "steward": (STEWARD, STEWARD_PAGES)}


def tab_for(demo, handle, look="light"):
    """A tab of the demo network as somebody, in one of the looks."""
    options = dict(LOOKS[look])
    rtl = options.pop("rtl", False)
    tab = demo.tab(demo.cookies[handle] if handle else None, **options)
    if rtl and not handle:
        tab.context.add_cookies([{"name": "language", "value": "ar", "url": demo.base}])
    return tab, rtl


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", ROLES)
def test_no_page_keeps_anybody_out(demo, role, look):
    """axe finds nothing, on any page, and nothing is wider than the screen."""
    handle, pages = ROLES[role]
    rtl = LOOKS[look].get("rtl")
    if rtl and handle:
        handle = "casablanca-member" if role == "member" else handle
    tab, rtl = tab_for(demo, handle, look)
    faults, axe = [], Axe()
    for path in pages:
        tab.open(path)
        tab.page.evaluate("document.fonts.ready.then(() => true)")
        found = axe.run(tab.page, options={"resultTypes": ["violations"]}).response["violations"]
        faults += [f"{path}: {v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]
        over = tab.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            faults.append(f"{path}: {over} px wider than the screen")
        if rtl and role != "steward":
            assert tab.page.get_attribute("html", "dir") == "rtl", path
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
