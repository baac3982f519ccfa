"""The front page, the menu, the fixed pages, and what machines ask for."""

import pytest

from app.core import site
from app.core.database import atomic

FIXED = ("about", "accessibility", "privacy", "help", "menu")


@pytest.mark.parametrize("name", FIXED)
def test_everybody_can_open_the_fixed_pages(cast, name):
    for who in (cast.visitor, cast.outsider, cast.steward):
        assert who.gets(f"/{name}").status_code == 200


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_every_place_stands_in_the_rail_and_in_the_menu(cast, who):
    rail, menu = getattr(cast, who).gets("/menu").text.split("</nav>", 1)
    places = ["", "discussions", "library", "calendar", "members", "actions"]
    for place in places + ["messages"] * (who == "outsider"):
        assert f'<a href="/{place}"' in rail, place
        assert f'href="/{place}"' in menu, place


def test_a_stranger_is_led_to_every_room_that_is_open(cast):
    page = cast.visitor.gets("/").text.split("<main", 1)[1]
    for room in ("discussions", "library", "calendar", "groups", "members"):
        assert f'class="btn" href="/{room}"' in page, room


def test_a_stranger_sees_what_this_is(cast):
    page = cast.visitor.gets("/")
    assert page.status_code == 200 and 'href="/sign-in"' in page.text and 'href="/groups"' in page.text
    assert "Private" not in page.text and "Chair desk" not in page.text


def test_a_number_under_three_is_not_shown(cast, monkeypatch):
    page = cast.visitor.gets("/").text
    assert "coalitions" not in page and "statrow" not in page
    monkeypatch.setattr("app.home.queries.LEAST", 2)
    cast.app.extensions.pop("front_counts")
    page = cast.visitor.gets("/").text
    assert "<b>2</b><span>coalitions</span>" in page and "<b>2</b><span>member cities</span>" in page


def test_counts_are_kept_for_a_minute(cast, monkeypatch):
    monkeypatch.setattr("app.home.queries.LEAST", 2)
    cast.visitor.gets("/")
    with cast.app.app_context(), atomic() as session:
        session.execute(site.sa.text("update space set form = 'group'"))
    assert "coalitions" in cast.visitor.gets("/").text
    monkeypatch.setattr("app.home.queries.KEPT", -1)
    assert "<span>coalitions</span>" not in cast.visitor.gets("/").text


def test_who_is_signed_in_sees_the_newsfeed(cast):
    page = cast.outsider.gets("/").text
    assert 'aria-current="page"' in page and "data-feed" in page


def test_machines_are_told_what_is_public(cast):
    assert "Sitemap:" in cast.visitor.gets("/robots.txt").text
    answer = cast.visitor.gets("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    assert "/groups/2-africa</loc>" in answer.text and "circle" not in answer.text
    assert cast.visitor.gets("/favicon.ico").location.startswith("/static/mark.svg?v=")


def test_nothing_of_a_demo_network_is_indexed(cast):
    with cast.app.app_context(), atomic():
        site.write("demo", "yes")
    assert cast.visitor.gets("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert "<loc>" not in cast.visitor.gets("/sitemap.xml").text
    assert '<meta name="robots" content="noindex">' in cast.visitor.gets("/").text
    assert "Sample content." in cast.visitor.gets("/").text
