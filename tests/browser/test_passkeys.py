"""Passkeys in Chromium with its virtual authenticator: made in the settings, asked at the door, and a way in alone."""

import re

import pytest
from playwright.sync_api import expect

from app.members.models import Login
from tests.browser.town import PASSWORD
from tests.live.server import Server


@pytest.fixture(scope="module")
def named(whole_town, tmp_path_factory):
    """The town at a name: browsers know passkeys for names alone, not for numbers."""
    url = whole_town.site.server.environ["DATABASE_URL"]
    server = Server(url, tmp_path_factory.mktemp("named"))
    server.environ["BASE_URL"] = base = f"http://localhost:{server.port}"
    try:
        server.start(jobs=False)
        yield base
    finally:
        server.stop()


@pytest.fixture
def tab(town, named):
    """A browser at that name, with a device that asks for its owner's finger."""
    made = town.site.tab(base=named)
    devtools = made.context.new_cdp_session(made.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    number = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    made.verified = lambda yes: devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": yes}
    )
    return made


def sign_in(tab, guest):
    page = tab.open("/sign-in")
    page.get_by_label("E-mail address").fill(guest.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def sign_out(tab):
    tab.open("/menu").get_by_role("main").get_by_role("button", name="Sign out").click()


def make(tab):
    page = tab.open("/settings/second-step/passkey")
    page.get_by_label("Name of the passkey").fill("Office laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Show ten new codes").click()
    expect(page.locator("#codes li")).to_have_count(10)
    return page


def test_a_passkey_is_made_and_opens_the_door_both_ways(town, tab):
    guest = town.guest("Key holder")
    page = sign_in(tab, guest)
    expect(page).to_have_url(re.compile(r"/$"))
    make(tab)
    sign_out(tab)

    page = sign_in(tab, guest)  # after the password
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r"/$"))
    sign_out(tab)

    page = tab.open("/sign-in?next=/members")  # alone
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/members$"))


def test_alone_it_must_have_asked_for_its_owner(town, tab):
    guest = town.guest("Careless holder")
    sign_in(tab, guest)
    make(tab)
    sign_out(tab)
    tab.verified(False)
    page = tab.open("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The browser gave no passkey")).to_be_visible()


def test_an_answer_is_taken_once_and_for_its_own_question(town, tab):
    guest = town.guest("Replayed holder")
    sign_in(tab, guest)
    make(tab)
    sign_out(tab)
    page = tab.open("/sign-in")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data) if request.method == "POST" else None)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/$"))
    sign_out(tab)
    page = tab.open("/sign-in")
    said = next(data for data in sent if data and "credential=" in data)
    codes = page.evaluate(
        """async (said) => {
            const old = new URLSearchParams(said).get("credential"), codes = [];
            const token = document.querySelector("[name=csrf_token]").value;
            for (const credential of [old, old.replace(/"signature":"../, '"signature":"xx'), "{}", "["]) {
                const form = new URLSearchParams({ credential, csrf_token: token });
                codes.push((await fetch("/sign-in/passkey", { method: "POST", body: form })).status);
            }
            return codes;
        }""",
        said,
    )
    assert codes == [422, 422, 422, 422]


def test_the_step_before_a_sensitive_act_takes_it_too(town, tab):
    guest = town.guest("Careful holder")
    sign_in(tab, guest)
    make(tab)
    with town.asked() as session:
        for login in session.query(Login).filter_by(person_id=guest.id):
            login.proved = None
        session.commit()
    page = tab.open("/settings/password")
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()
