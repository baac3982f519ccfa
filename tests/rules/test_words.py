"""In the pseudo-language every word of ours is marked: what is left plain did not go through the catalogue."""

import html.parser
import re

import pytest

from app.board import acts
from app.core.database import atomic
from app.core.languages import PSEUDO
from app.extensions import db
from app.members.models import Person
from app.spaces.models import Space
from tests import deeds

THEIRS = ("bdi", "time", "script", "style", "template", "kbd", "code", "textarea", "title")
SPOKEN = ("aria-label", "placeholder", "alt", "title")
NAMES = re.compile(
    r"Convivio|Inclusive & Sustainable Cities|English|Français|العربية|Español|Pseudo|UTC|[A-Z]{3}\b"
)
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")


class Words(html.parser.HTMLParser):
    """Collects the words of a page that are ours: not what members wrote, not names."""

    def __init__(self, text):
        super().__init__()
        self.skipped, self.plain = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("input", "br", "img", "meta", "link", "hr", "use", "path", "rect", "wbr"):
            return self.look(given)
        theirs = given.get("dir") == "auto" or "lang" in given or "mark" in (given.get("class") or "").split()
        self.skipped.append(theirs or tag in THEIRS or (bool(self.skipped) and self.skipped[-1]))
        if not self.skipped[-1]:
            self.look(given)

    def handle_startendtag(self, tag, attrs):
        self.look(dict(attrs))

    def handle_endtag(self, tag):
        if (
            tag not in ("input", "br", "img", "meta", "link", "hr", "use", "path", "rect", "wbr")
            and self.skipped
        ):
            self.skipped.pop()

    def handle_data(self, data):
        if not (self.skipped and self.skipped[-1]):
            self.check(data)

    def look(self, given):
        for name in SPOKEN:
            if given.get(name):
                self.check(given[name])

    def check(self, text):
        left = text
        while MARKED.search(left):  # messages stand inside messages
            left = MARKED.sub(" ", left)
        left = NAMES.sub(" ", left)
        if re.search(r"[A-Za-z]{3}", left):
            self.plain.append(" ".join(left.split())[:80])


@pytest.fixture
def pseudo(app, cast):
    """The cast with a discussion, and two of them reading the pseudo-language."""
    with app.app_context():
        author = cast.chair.me()
        thread = acts.start_thread(
            author, db.session.get(Space, cast.spaces.network), topic="housing", title="123", body="456",
            language="en", audience="public",
        )  # fmt: skip
        acts.post_reply(cast.neighbour.me(), thread, "789", reply_to=1)
        deeds.entered(
            cast, title="123", detail="456", ends="2030-05", lead_id=cast.organisations.chair, form="data"
        )
        with atomic():
            for seat in (cast.chair, cast.steward):
                db.session.get(Person, seat.id).language = PSEUDO
    return cast


PAGES = [
    "/", "/discussions", "/discussions/1", "/discussions/new", "/notifications", "/settings", "/settings/devices",
    "/settings/notices", "/settings/password", "/members", "/groups", "/groups/1", "/menu", "/help", "/about",
    "/privacy", "/accessibility", "/search", "/search?q=123", "/updates/new", "/nothing-here", "/members/1",
    "/actions", "/actions/board", "/actions/roadmap", "/actions/needs", "/actions/new", "/actions/1",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_plain_word_is_left(pseudo, path):
    answer = pseudo.chair.client.get(path, follow_redirects=True)
    assert "⟦" in answer.text
    assert not Words(answer.text).plain


@pytest.mark.parametrize("path", ["/admin", "/admin/mail", "/admin/audit", "/groups/new"])
def test_no_plain_word_is_left_for_stewards(pseudo, path):
    assert not Words(pseudo.steward.client.get(path).text).plain


def test_a_plain_word_would_be_seen():
    assert Words("<p>⟦yes⟧ plain</p>").plain == ["plain"]
    assert not Words("<p>⟦a ⟦b⟧ c⟧</p><p dir=auto>theirs</p>").plain
