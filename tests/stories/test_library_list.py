"""The library as a list: parts, filters with counts after the rule, words, order, pages, addresses that can be shared."""

import re

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import atomic
from app.extensions import db
from app.library import acts, lists, placing, statistics, vocabularies
from app.library.filters import Asked
from app.library.models import Document, Term
from app.members import themes
from app.members.models import Theme
from app.spaces.models import Space
from tests import papers
from tests.counting import statements
from tests.unread import unread

LINK = {"data": None, "link": "https://paper.example/"}


def titles(answer):
    """Return the titles of a list, in order."""
    return re.findall(r'<h3><a href="/library/\d+-[^"]*"[^>]*>([^<]*)</a>', answer.text)


def counts(answer, facet):
    """Return the values of a facet with their counts; those that cannot be chosen with a minus."""
    rows = re.findall(
        rf'name="{facet}" value="([^"]+)"( checked)?( disabled)?>.*?<span class="n">(\d+)</span>', answer.text
    )
    return {value: -1 if off else int(number) for value, _on, off, number in rows}


@pytest.fixture
def shelf(cast):
    """Five documents: three for everybody, one for members, one for a hidden group."""
    base = {"type": "report", "date": "2017-06", "licence": "cc-by-4.0", "sdgs": ["11"], "countries": ["AT"]}
    rows = {
        "open": {"title": "Alpha housing report", "sight": "public", "themes": ["housing"], "sdgs": ["11", "10"]},
        "french": {
            "title": "Guide du logement", "sight": "public", "language": "fr", "themes": ["housing"], "type": "minutes",
            "date": "2019",
        },
        "school": {"title": "Beta school manual", "sight": "public", "themes": ["education"], "type": "training-manual"},
        "inner": {"title": "Members only", "sight": "members", "themes": ["housing"], "countries": ["SN"]},
    }  # fmt: skip
    with unread():
        made = {
            name: papers.published(cast, cast.chair, official=True, **{**base, **row})
            for name, row in rows.items()
        }
        made["hidden"] = papers.published(
            cast, cast.chair, space="circle", sight="space", title="Circle paper", themes=["employment"]
        )
    return made


def test_everybody_reads_the_public_ones_newest_first(cast, shelf):
    answer = cast.visitor.gets("/library")
    assert titles(answer) == ["Beta school manual", "Guide du logement", "Alpha housing report"]
    assert '<strong role="status">3 documents</strong>' in answer.text
    assert "Members only" in cast.outsider.gets("/library").text
    assert "Circle paper" not in cast.outsider.gets("/library").text
    assert "Circle paper" in cast.neighbour.gets("/library").text


def test_counts_follow_sight_and_the_other_filters(cast, shelf):
    assert counts(cast.visitor.gets("/library"), "theme") == {"housing": 2, "education": 1}
    assert counts(cast.neighbour.gets("/library"), "theme") == {"housing": 3, "education": 1, "employment": 1}
    french = cast.visitor.gets("/library?language=fr")
    assert counts(french, "theme") == {"housing": 1, "education": -1}  # stays, and cannot be chosen
    assert counts(french, "language") == {"en": 2, "fr": 1}  # what another choice of it would let in
    assert titles(french) == ["Guide du logement"]


def test_several_values_of_one_facet_are_either_or(cast, shelf):
    answer = cast.visitor.gets("/library?theme=education&theme=housing&language=en")
    assert sorted(titles(answer)) == ["Alpha housing report", "Beta school manual"]
    assert titles(cast.visitor.gets("/library?sdg=10&sdg=4")) == ["Alpha housing report"]


@pytest.mark.parametrize(
    "asked, expected",
    [
        ("year=2019", ["Guide du logement"]),
        ("file=PDF&country=AT&type=report", ["Alpha housing report"]),
        ("licence=cc-by-4.0&type=training-manual", ["Beta school manual"]),
        ("shelf=training", ["Beta school manual"]),
        ("shelf=papers", ["Guide du logement"]),
        ("q=alpha", ["Alpha housing report"]),
        ("q=LOGEMENT+guide", ["Guide du logement"]),
        ("q=nothing", []),
        ("sort=title", ["Alpha housing report", "Beta school manual", "Guide du logement"]),
    ],
)
def test_an_address_is_the_whole_question(cast, shelf, asked, expected):
    assert titles(cast.visitor.gets(f"/library?{asked}")) == expected


def test_parts_that_are_empty_are_not_offered(cast, shelf):
    page = cast.visitor.gets("/library")
    assert "/library?shelf=training" in page.text
    with cast.app.app_context():
        acts.withdraw(cast.steward.me(), db.session.get(Document, shelf["school"]), "Out of date")
    assert "/library?shelf=training" not in cast.visitor.gets("/library").text


@pytest.mark.parametrize(
    "bad",
    [
        "theme=%00",
        "after=999999",
        "after=x&before=-1",
        "sort=up",
        "shelf=none",
        "space=999",
        "year=" + "9" * 500,
    ],
)
def test_odd_addresses_are_borne(cast, shelf, bad):
    assert cast.visitor.gets(f"/library?{bad}").status_code == 200


def test_what_is_on_is_a_chip_that_takes_it_off(cast, shelf):
    answer = cast.visitor.gets("/library?theme=housing&language=fr&q=guide")
    chips = re.findall(r'<a class="chip" href="([^"]+)"', answer.text)
    assert "/library?q=guide&amp;language=fr" in chips and "/library?theme=housing&amp;language=fr" in chips
    assert "Filters (2 on)" in answer.text


def test_nobody_learns_what_stands_in_a_group_that_they_do_not_see(cast, shelf):
    """A public document that a hidden group took in as well is not found by the group's number."""
    with cast.app.app_context():
        document, circle = db.session.get(Document, shelf["open"]), db.session.get(Space, cast.spaces.circle)
        placing.ask(cast.chair.me(), document, circle, at_once=True)
    address = f"/library?space={cast.spaces.circle}"
    assert (
        "Alpha housing report" in titles(cast.chair.gets(address))
        and len(titles(cast.chair.gets(address))) == 2
    )
    assert len(titles(cast.outsider.gets(address))) == 4  # the filter is none for them
    assert f'name="space" value="{cast.spaces.circle}"' not in cast.outsider.gets("/library").text


def test_next_and_previous_by_cursor(cast, monkeypatch):
    for number in range(7):
        papers.published(cast, cast.chair, title=f"Paper {number}", sight="public", **LINK)
    monkeypatch.setattr(lists, "PAGE", 3)
    page = lambda path: cast.visitor.gets(path)
    with cast.app.app_context():
        viewer = cast.steward.me().viewer
        first = lists.page(viewer, Asked(), 3)
        second = lists.page(viewer, Asked(after=first.after), 3)
        third = lists.page(viewer, Asked(after=second.after), 3)
        back = lists.page(viewer, Asked(before=third.before), 3)
    assert [row.title for row in first.rows] == ["Paper 6", "Paper 5", "Paper 4"]
    assert [row.title for row in third.rows] == ["Paper 0"] and not third.after
    assert [row.id for row in back.rows] == [row.id for row in second.rows]
    assert page("/library").status_code == 200


def test_what_is_published_elsewhere_shows_within_a_second(cast, shelf):
    """Another process published: this one reads the facts when it looks next."""
    cast.visitor.gets("/library")
    number = papers.published(cast, cast.chair, title="Brand new", sight="public", **LINK)
    with cast.app.app_context():
        known = lists.index()
        known.stale, known.look = False, 0.0  # as if a second had passed, and nothing had been done here
    assert titles(cast.visitor.gets("/library"))[0] == "Brand new"
    with cast.app.app_context():
        acts.withdraw(cast.chair.me(), db.session.get(Document, number), "A mistake")
    assert "Brand new" not in cast.visitor.gets("/library").text


def test_an_import_of_many_shows_by_its_one_fact(cast, shelf):
    from app.core.activity import record
    from app.core.audience import PUBLIC, audience_of

    cast.visitor.gets("/library")
    with cast.app.app_context(), atomic() as session:
        session.execute(
            sa.update(Document).where(Document.id == shelf["open"]).values(title="Renamed by hand")
        )
        record("library.imported", actor=None, subject="batch:1", audience_id=audience_of(PUBLIC), title="1")
    assert "Renamed by hand" in cast.visitor.gets("/library").text


def test_drafts_stand_in_a_list_of_their_own(cast, shelf):
    papers.entered(cast, cast.chair, title="My draft", **LINK)
    assert "My draft" not in cast.chair.gets("/library").text
    mine = cast.chair.gets("/library?state=own")
    assert titles(mine) == ["My draft"] and "Not yet published" in mine.text
    assert "My draft" not in cast.steward.gets("/library?state=own").text


def test_a_title_is_read_in_the_reader_s_language_where_it_has_one(cast):
    papers.published(
        cast,
        cast.chair,
        title="Housing",
        sight="public",
        texts={"fr": {"title": "Le logement", "abstract": ""}},
    )
    page = cast.visitor.gets("/library", headers={"Accept-Language": "fr"})
    assert (
        'lang="fr">Le logement</a>' in page.text and "What ten cities did." not in page.text
    )  # in another language
    english = cast.visitor.gets("/library").text
    assert 'lang="en">Housing</a>' in english and "What ten cities did." in english
    both = {"fr": {"title": "Le logement", "abstract": "Ce qu’ont fait dix villes."}}
    number = papers.published(cast, cast.chair, title="Homes", sight="public", texts=both)
    row = cast.visitor.gets("/library", headers={"Accept-Language": "fr"}).text.partition(
        f'data-ref="document:{number}"'
    )[2]
    assert '<bdi lang="fr">Ce qu’ont fait dix villes.</bdi>' in row.partition("</li>")[0]


def test_ten_times_the_documents_cost_no_more_statements(cast, monkeypatch):
    for module, name in ((lists, "LOOK_SECONDS"), (lists, "KEPT_SECONDS"), (statistics, "WRITTEN_EVERY")):
        monkeypatch.setattr(
            module, name, 3600
        )  # what is done anew after a while is done at no request of these

    def some(number, start):
        for one in range(start, start + number):
            papers.published(
                cast,
                cast.chair,
                title=f"Paper {one}",
                sight="public",
                data=None,
                link="https://x.example/",
                themes=["housing"],
            )

    with cast.app.app_context():
        engine = db.engine
    numbers = []
    for start, more in ((0, 3), (3, 27)):
        some(more, start)
        assert f"Paper {start + more - 1}" in cast.neighbour.gets("/library?theme=housing").text
        with statements(engine) as said:
            cast.neighbour.gets("/library?theme=housing")
        numbers.append(len(said))
    assert numbers[0] == numbers[1] <= 8


# --- controlled lists --------------------------------------------------------------------------------------------


def term(cast, key, vocabulary="type"):
    with cast.app.app_context():
        return db.session.scalar(sa.select(Term.id).where(Term.vocabulary == vocabulary, Term.key == key))


def test_the_secretariat_adds_renames_orders_and_merges(cast, shelf):
    page = "/admin/words/library"
    assert cast.chair.gets(f"{page}/type").status_code == 403
    cast.steward.posts(f"{page}/type/new", {"label_en": "Memo", "label_fr": "Note", "shelf": "papers"})
    assert 'value="memo"' not in cast.visitor.gets("/library").text  # nobody has it yet
    cast.steward.posts(
        f"{page}/{term(cast, 'report')}/rename", {"label_en": "Study", "shelf": "publications"}
    )
    assert "<bdi>Study</bdi>" in cast.visitor.gets("/library").text
    cast.steward.posts(f"{page}/{term(cast, 'minutes')}/merge", {"into": "memo"})
    assert titles(cast.visitor.gets("/library?type=minutes")) == [
        "Guide du logement"
    ]  # the old address leads on
    assert titles(cast.visitor.gets("/library?type=memo")) == ["Guide du logement"]
    assert papers.document(cast, shelf["french"]).type == "memo"
    assert titles(cast.visitor.gets("/library?shelf=papers")) == ["Guide du logement"]
    with cast.app.app_context():
        before = [row.key for row in vocabularies.listed("type")]
    cast.steward.posts(f"{page}/{term(cast, 'report')}/move", {"way": "up"})
    with cast.app.app_context():
        after = [row.key for row in vocabularies.listed("type")]
    assert after.index("report") == before.index("report") - 1
    assert cast.steward.posts(f"{page}/type/new", {"label_en": ""}).status_code == 422
    assert cast.steward.posts(f"{page}/{term(cast, 'report')}/merge", {"into": "report"}).status_code == 422


def test_documents_follow_when_two_themes_become_one(cast, shelf):
    with cast.app.app_context():
        rows = {row.key: row for row in db.session.scalars(sa.select(Theme))}
        themes.merge(cast.steward.me(), rows["housing"], rows["education"])
    assert len(titles(cast.visitor.gets("/library?theme=education"))) == 3
    assert len(titles(cast.visitor.gets("/library?theme=housing"))) == 3
    assert counts(cast.visitor.gets("/library"), "theme") == {"education": 3}


def test_a_series_has_a_page_with_numbers(cast):
    with cast.app.app_context():
        vocabularies.add(
            cast.steward.me(), "series", {"en": "Discussion papers"}, {"issn": "2049-3630", "about": "Short."}
        )
    for number in ("2", "10", "1"):
        papers.published(
            cast,
            cast.chair,
            title=f"Number {number}",
            sight="public",
            series="discussion-papers",
            series_number=number,
        )
    page = cast.visitor.gets("/library/series/discussion-papers")
    assert re.findall(r">(Number \d+)</a>", page.text) == ["Number 10", "Number 2", "Number 1"]
    assert "ISSN 2049-3630" in page.text
    assert cast.visitor.gets("/library/series/none").status_code == 404
    bad = cast.steward.posts(
        "/admin/words/library/series/new", {"label_en": "X", "issn": "2049-3631", "about": ""}
    )
    assert bad.status_code == 422


def test_reading_again_after_ten_minutes(cast, shelf, monkeypatch):
    cast.visitor.gets("/library")
    with cast.app.app_context():
        old = lists.index()
        old.until = 0.0
        assert lists.index() is not old
    assert clock.now()


def test_series_and_wanted_translations_are_linked(cast):
    with cast.app.app_context():
        vocabularies.add(cast.steward.me(), "series", {"en": "Discussion papers"}, {})
    number = papers.published(
        cast, cast.chair, title="Number 1", sight="public", series="discussion-papers", series_number="1"
    )
    link = 'href="/library/series/discussion-papers"'
    assert link in cast.visitor.gets(f"/library/{number}", follow_redirects=True).text
    page = cast.visitor.gets("/library?series=discussion-papers").text
    assert page.count(link) == 2 and "With all numbers in their order:" in page
    assert "With all numbers in their order:" not in cast.visitor.gets("/library").text
    assert 'href="/library/translations"' in page


def test_the_shelf_of_a_type_is_the_one_that_the_secretariat_said(cast):
    number = papers.published(cast, cast.chair, sight="public", type="own-type")
    with cast.app.app_context():
        vocabularies.add(cast.steward.me(), "type", {"en": "Own type"}, {"shelf": "training"})
    page = cast.visitor.gets(f"/library/{number}", follow_redirects=True).text
    assert 'href="/library?shelf=training"' in page
