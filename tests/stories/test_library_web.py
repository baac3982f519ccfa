"""A document that lies elsewhere on the web is entered by hand, with the copy that an archive keeps of it."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from app.core.database import atomic
from app.extensions import db
from app.members.models import Person
from tests import papers
from tests.sending import documents, together

SAID = {
    "title": "Rents in ten cities", "link": "https://paper.example/rents", "language": "es",
    "archive": "https://web.archive.example/2026/rents", "archived_on": "2026-03-21",
}  # fmt: skip


def enter(cast, who, **more):
    return who.posts("/library/new/link", {**together(cast, **SAID), **more})


def test_it_becomes_a_draft_and_is_published_with_its_archived_copy(cast):
    assert 'href="/library/new/link"' in cast.chair.gets("/library/new").text
    assert 'name="link"' in cast.chair.gets("/library/new/link").text
    answer = enter(cast, cast.chair, themes=["housing"], sight="public")
    [row] = documents(cast)
    assert (answer.status_code, answer.location) == (303, f"/library/{row.id}/edit")
    assert (row.link, row.archive, row.archived_on) == (SAID["link"], SAID["archive"], dt.date(2026, 3, 21))
    assert (row.state, row.language) == ("draft", "es")
    page = cast.chair.gets(answer.location).text
    assert f'value="{SAID["archive"]}"' in page and 'value="2026-03-21"' in page
    said = {"title": row.title, "language": "es", "sight": "public", "link": row.link, "archive": row.archive}
    assert (
        cast.chair.posts(answer.location, {**said, "archived_on": "2026-03-22", "publish": "1"}).status_code
        == 303
    )
    page = cast.visitor.gets(f"/library/{row.id}", follow_redirects=True).text
    assert (
        f'href="{SAID["archive"]}"' in page
        and "of 22 March 2026" in page
        and "Open the archived copy" in page
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"link": ""}, "Write the address where it is."),
        ({"link": "javascript:alert(1)"}, "Write the whole address, like https://www.example.org."),
        ({"title": " "}, "Write a title."),
        ({"archive": "ftp://x"}, "Write the whole address, like https://www.example.org."),
        ({"archived_on": "2999-01-01"}, "Choose a day that has come."),
        ({"archived_on": "yesterday"}, "Write the day, like 2026-03-21."),
        ({"archive": ""}, "Write the address of the archived copy that is of this day."),
        ({"language": "zz"}, "Choose one from the list."),
        ({"space": "999"}, "Choose a group that you may add documents to."),
        ({"link": "https://x.example/" + "a" * 500}, "This has at most 500 characters."),
    ],
)
def test_what_is_wrong_is_explained_and_words_are_kept(cast, more, words):
    answer = enter(cast, cast.chair, abstract="What ten cities did.", **more)
    assert answer.status_code == 422 and words in answer.text and "What ten cities did." in answer.text
    assert documents(cast) == []


def test_the_day_of_a_copy_is_a_day_on_the_clocks_of_who_enters_it(cast):
    with cast.app.app_context(), atomic():
        mine = sa.update(Person).where(Person.id == cast.chair.id)
        db.session.execute(mine.values(timezone="Pacific/Auckland"))
    with time_machine.travel(dt.datetime(2026, 3, 20, 20, tzinfo=dt.UTC), tick=True):
        assert enter(cast, cast.chair, archived_on="2026-03-22").status_code == 422
        assert enter(cast, cast.chair, archived_on="2026-03-21").status_code == 303


def test_visitors_enter_nothing(cast):
    assert enter(cast, cast.visitor).status_code in (302, 303, 401)
    assert documents(cast) == []


def test_what_is_withdrawn_shows_no_archived_copy(cast):
    number = papers.published(cast, cast.chair, sight="public", archive=SAID["archive"])
    cast.chair.posts(f"/library/{number}/withdraw", {"reason": "By mistake."})
    assert SAID["archive"] not in cast.visitor.gets(f"/library/{number}", follow_redirects=True).text


# --- done from the search box ---------------------------------------------------------------------------------


def suggested(seat, typed):
    answer = seat.gets("/search/suggest", query_string={"q": typed}, headers={"X-Requested-With": "fetch"})
    return re.findall(r'data-url="([^"]+)"', answer.text)


def test_deeds_of_the_library_stand_in_the_search_box(cast):
    assert suggested(cast.chair, "share") == ["/library/new"]
    assert suggested(cast.chair, "document") == ["/library/new", "/library/new/link"]
    assert suggested(cast.chair, "hare") == [] and suggested(cast.chair, "s") == []
    assert suggested(cast.visitor, "share") == [] and suggested(cast.visitor, "translations") == [
        "/library/translations"
    ]
    page = cast.chair.gets("/search/suggest?q=share%20d", headers={"X-Requested-With": "fetch"}).text
    assert "Share documents" in page
