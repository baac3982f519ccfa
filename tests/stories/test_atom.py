"""The public feed: valid Atom 1.0, public facts alone whoever asks, absolute addresses, and nothing sent twice."""

import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest

from app.board import acts as board
from app.extensions import db
from app.spaces.models import Space
from tests import talk

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read(seat, **more):
    """Return the feed as one reads it."""
    answer = seat.gets("/feed.atom", **more)
    assert answer.status_code == 200 and answer.mimetype == "application/atom+xml"
    return ET.fromstring(answer.data)


def titles(root):
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def test_what_rfc_4287_asks_for(cast):
    talk.starts(cast, cast.neighbour, "Is <b> & “quotes” whole?", body="Words & more <i>words</i>.")
    talk.shares(cast, cast.chair, "An update.", audience="public")
    root = read(cast.visitor)
    assert root.tag == f"{ATOM}feed" and root.get(LANG) == "en"
    for part in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1 and part.findtext(f"{ATOM}{name}")
        assert MOMENT.fullmatch(part.findtext(f"{ATOM}updated"))
        assert part.findtext(f"{ATOM}id").startswith("http://127.0.0.1:8000/")
        links = {link.get("rel"): link.get("href") for link in part.findall(f"{ATOM}link")}
        assert (
            all(href.startswith("http://127.0.0.1:8000/") for href in links.values()) and "alternate" in links
        )
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    entries = list(root.iter(f"{ATOM}entry"))
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 2
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)
    assert entries[1].findtext(f"{ATOM}title") == (
        "City of Nairobi started a discussion in Africa: Is <b> & “quotes” whole?"
    )
    assert entries[1].find(f"{ATOM}summary").get(LANG) == "en"


def test_public_facts_alone_whoever_asks(cast):
    talk.starts(cast, cast.chair, "Public", audience="public")
    talk.starts(cast, cast.chair, "Members", audience="members")
    talk.starts(cast, cast.chair, "Circle", space="circle", audience="space")
    for seat in cast.everybody:
        assert [title.rsplit(": ")[-1] for title in titles(read(seat))] == ["Public"]


def test_what_is_narrowed_or_removed_is_gone(cast):
    one = talk.starts(cast, cast.chair, "Narrowed")
    talk.starts(cast, cast.chair, "Removed")
    with cast.app.app_context():
        board.move(
            cast.chair.me(),
            db.session.get(board.Thread, one),
            db.session.get(Space, cast.spaces.circle),
            "space",
        )
        board.remove_post(cast.chair.me(), db.session.get(board.Post, 2))
    assert titles(read(cast.visitor)) == []


def test_an_empty_network_has_a_feed(cast):
    root = read(cast.visitor)
    assert root.findtext(f"{ATOM}updated") and titles(root) == []


def test_nothing_is_sent_twice(cast):
    talk.shares(cast, cast.chair, "An update.", audience="public")
    first = cast.visitor.gets("/feed.atom")
    assert first.last_modified and first.last_modified <= dt.datetime.now(dt.UTC)
    again = cast.visitor.gets("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data and again.headers["ETag"] == first.headers["ETag"]
    talk.shares(cast, cast.chair, "Another.", audience="public")
    more = cast.visitor.gets("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert more.status_code == 200 and len(titles(ET.fromstring(more.data))) == 2


def test_it_speaks_the_language_that_is_asked_for(cast):
    talk.shares(cast, cast.chair, "An update.", audience="public")
    root = read(cast.visitor, headers={"Accept-Language": "fr"})
    assert root.get(LANG) == "fr"


@pytest.mark.parametrize("settings", [{"BASE_URL": "https://network.example", "DEMO": "yes"}])
def test_addresses_come_from_the_setting_and_samples_say_so(cast, settings):
    talk.shares(cast, cast.chair, "An update.", audience="public")
    answer = cast.visitor.gets("/feed.atom", headers={"Host": "evil.example"})
    assert b"https://network.example/updates/1" in answer.data and b"evil" not in answer.data
    assert answer.headers["X-Robots-Tag"] == "noindex" and b"Sample content." in answer.data


def test_control_characters_leave_it_whole(cast):
    talk.starts(cast, cast.chair, "Bell \x07 and \x0b", body="Null \x00 and \x1b escape.")
    assert len(titles(read(cast.visitor))) == 1


def test_the_newsfeed_leads_to_it(cast):
    assert 'type="application/atom+xml"' in cast.chair.gets("/").text


def test_a_public_group_has_its_own_feed_and_a_closed_one_none(cast):
    talk.starts(cast, cast.chair, "Said in Africa?", space="africa", audience="public")
    talk.starts(cast, cast.chair, "Said in Africa to members?", space="africa", audience="members")
    talk.starts(cast, cast.outsider, "Said in Europe?", space="europe", audience="public")
    path = f"/groups/{cast.spaces.africa}/feed.atom"
    root = ET.fromstring(cast.visitor.gets(path).data)
    assert [title for title in titles(root) if "Said in" in title] == [
        title for title in titles(root) if title.endswith("Said in Africa?")
    ]
    assert root.findtext(f"{ATOM}id").endswith(path)
    assert titles(ET.fromstring(cast.chair.gets(path).data)) == titles(root)  # the same whoever asks
    assert path in cast.visitor.gets(f"/groups/{cast.spaces.africa}", follow_redirects=True).text
    for number in (cast.spaces.circle, 10**12, 2**70):
        assert cast.chair.gets(f"/groups/{number}/feed.atom").status_code == 404
