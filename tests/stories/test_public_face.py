"""What everybody may read: the front page, the accessibility statement with its form, privacy, the map of the site."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.home import feedback
from app.home.models import Feedback
from app.members.models import Organisation
from tests import talk
from tests.doors import mails
from tests.seat import Visitor

WORDS = {
    "words": "The list of groups has no headings.",
    "page": "/groups",
    "means": "A screen reader",
    "email": "a@b.example",
}


def test_the_front_page_leads_to_what_is_open(cast):
    page = cast.visitor.gets("/").text
    for address in (
        "/discussions",
        "/groups",
        "/members",
        "/members?view=map",
        "/regions/africa",
        "/accessibility",
        "/privacy",
        "/about",
    ):
        assert f'href="{address}"' in page, address


def test_the_statement_has_the_parts_of_the_model(cast):
    page = cast.visitor.gets("/accessibility?page=/groups").text
    headings = (
        "Accessibility statement", "How far it complies", "What is not accessible", "Disproportionate burden",
        "Not covered by the rules", "How this statement was made", "Tell us about a barrier", "If our answer does not help",
    )  # fmt: skip
    for heading in headings:
        assert heading in page
    assert "partially compliant" in page and "November 2026" in page and 'value="/groups"' in page


def test_a_barrier_is_told_without_an_account_and_reaches_the_secretariat(app, cast):
    answer = cast.visitor.posts("/accessibility", WORDS)
    assert (answer.status_code, answer.location) == (303, "/accessibility#tell")
    assert "The secretariat reads it" in cast.visitor.gets("/accessibility").text
    (mail,) = mails(app, "accessibility")
    assert mail.to == "steward@cast.example" and WORDS["words"] in mail.text and "a@b.example" in mail.text
    page = cast.steward.gets("/admin/accessibility").text
    assert WORDS["words"] in page and "A screen reader" in page and "Open" in page
    assert cast.chair.gets("/admin/accessibility").status_code == 403
    assert cast.visitor.gets("/admin/accessibility").status_code == 303
    with app.app_context():
        number = db.session.scalar(sa.select(Feedback.id))
    assert cast.chair.posts(f"/admin/accessibility/{number}/done").status_code == 403
    for _ in range(2):
        assert cast.steward.posts(f"/admin/accessibility/{number}/done").status_code == 303
    assert "Dealt with" in cast.steward.gets("/admin/accessibility").text
    assert cast.steward.posts("/admin/accessibility/999/done").status_code == 404


def test_a_message_that_cannot_be_read_is_explained(app, cast):
    for odd in (
        {"words": ""},
        {"words": "w" * 4000},
        {"email": "no address"},
        {"email": "a@b,c@d"},
        {"page": "p" * 400},
    ):
        answer = cast.visitor.posts("/accessibility", {**WORDS, **odd})
        assert answer.status_code == 422 and "<title>Error:" in answer.text
    assert "A screen reader" in cast.visitor.posts("/accessibility", {**WORDS, "words": ""}).text
    assert not mails(app, "accessibility")


def test_a_program_that_fills_in_everything_reaches_nobody(app, cast):
    answer = Visitor(app).posts("/accessibility", {**WORDS, "homepage": "https://spam.example"})
    assert answer.status_code == 303
    with app.app_context():
        assert not db.session.scalars(sa.select(Feedback)).all()


def test_nobody_floods_the_secretariat(app, cast, monkeypatch):
    monkeypatch.setattr(feedback, "AN_HOUR", 2)
    codes = [Visitor(app).posts("/accessibility", {**WORDS, "page": str(n)}).status_code for n in range(4)]
    assert codes == [303, 303, 429, 429]
    assert len(mails(app, "accessibility")) == 2


def test_the_same_form_twice_is_one_message(app, cast):
    for _ in range(2):
        cast.visitor.posts("/accessibility", {**WORDS, "idempotency_key": "k"})
    assert len(mails(app, "accessibility")) == 1


def test_messages_are_forgotten_after_their_time(app, cast):
    with app.app_context():
        with clock.at(clock.now() - dt.timedelta(days=366)):
            feedback.tell(words="Old.")
        feedback.tell(words="New.")
        feedback.forget()
        assert db.session.scalars(sa.select(Feedback.words)).all() == ["New."]


def test_privacy_says_what_is_kept_and_how_long(app, cast):
    page = cast.visitor.gets("/privacy").text
    told = ("30 days after the last use", "180 days", "365 days", "Backups", "Second step", "copy of it")
    for words in told:
        assert words in page, words


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/about", "/"])
@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_pages_are_there_in_other_languages(cast, path, lang):
    assert f'lang="{lang}"' in cast.visitor.gets(path, headers={"Accept-Language": lang}).text


def test_regions_stand_in_the_map_of_the_site(app, cast):
    assert "/regions/africa" in cast.visitor.gets("/sitemap.xml").text


def test_the_network_writes_where_to_complain(app, cast):
    import json

    from app.core import site

    with app.app_context(), atomic():
        site.write("look", json.dumps({"texts": {"en": {"accessibility": "Turn to the *ombudsman*."}}}))
    page = cast.visitor.gets("/accessibility").text
    assert "<em>ombudsman</em>" in page and "The secretariat names it" not in page


@pytest.mark.parametrize("path", ["/", "/members", "/about", "/regions/africa", "/groups"])
def test_a_public_page_says_where_it_is_and_how_it_is_called_to_who_shares_it(cast, path):
    page = cast.visitor.gets(path, follow_redirects=True)
    head = page.text.partition("</head>")[0]
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}">' in head
    title = re.search(r"<title>(.*?) – ", head)[1]
    assert f'<meta property="og:title" content="{title}">' in head


def described(answer):
    """Return what a page tells of itself where its address is shared: words and picture."""
    head = answer.text.partition("</head>")[0]
    return re.search(r'og:description" content="([^"]*)"', head)[1], re.search(
        r'og:image" content="([^"]*)"', head
    )[1]


@pytest.mark.parametrize(
    "path", ["/", "/members", "/about", "/groups", "/discussions", "/library", "/calendar/agenda"]
)
def test_every_public_page_has_words_and_a_picture_for_who_shares_it(cast, path):
    words, picture = described(cast.visitor.gets(path, follow_redirects=True))
    assert words and picture.startswith("http://127.0.0.1:8000/")
    with cast.visitor.client.get(picture.removeprefix("http://127.0.0.1:8000")) as answer:
        assert answer.status_code == 200


def test_what_is_shared_is_told_in_its_own_words(cast):
    thread = talk.starts(
        cast, cast.chair, space="network", audience="public", body='We **plant** "trees" & talk.'
    )
    words, _picture = described(cast.visitor.gets(f"/discussions/{thread}", follow_redirects=True))
    assert words == "We plant &#34;trees&#34; &amp; talk."
    with cast.app.app_context(), atomic() as session:
        session.get(Organisation, cast.organisations.outsider).about = "A city of <b>rights</b>.\n\nAnd more."
    page = cast.visitor.gets(f"/members/{cast.organisations.outsider}", follow_redirects=True)
    assert described(page)[0] == "A city of &lt;b&gt;rights&lt;/b&gt;. And more."


def test_what_is_not_for_everybody_names_no_address(cast):
    for answer in (
        cast.chair.gets("/members"),
        cast.visitor.gets("/nothing/here"),
        cast.visitor.gets("/search?q=x"),
    ):
        assert 'rel="canonical"' not in answer.text and "og:title" not in answer.text
