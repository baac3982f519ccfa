"""What the search finds, and how: operators, phrases, pages of documents, other languages, spelling, suggestions."""

import re

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.board.models import Thread
from app.core import clock, readers
from app.core.audience import VISITOR
from app.core.database import atomic
from app.core.languages import in_language
from app.extensions import db
from app.library import acts as library
from app.library.models import Document, Edition, Page, Version
from app.members import seats
from app.members.models import Organisation, OrganisationTheme, Theme
from app.members.models import Seat as Place
from app.search import asking, index, parts, query, routes, similar, spelling, suggest, synonyms
from app.search.models import SearchEntry
from app.spaces import shelf
from app.spaces.models import Space
from tests.seat import tell


def thread(cast, title, body="Words.", *, who="chair", space="network", audience="members", **more):
    with cast.app.app_context():
        author = getattr(cast, who).me()
        place = db.session.get(Space, getattr(cast.spaces, space))
        said = {"topic": "rights", "language": "en", "organisation": author.seats[0], **more}
        made = board.start_thread(author, place, title=title, body=body, audience=audience, **said)
        return made.ref


def found(cast, words, who="neighbour", **more):
    """Return the titles that somebody finds, the best first."""
    with cast.app.app_context(), in_language("en"):
        return [hit.entry.title for hit in query.find(words, getattr(cast, who).me().viewer, **more).hits]


# --- operators --------------------------------------------------------------------------------------------------


@pytest.fixture
def talks(cast):
    """Three discussions that differ by place, author, theme and language."""
    thread(cast, "Lamps in streets", topic="housing", space="africa")
    thread(cast, "Lamps in schools", who="outsider", topic="education", space="europe")
    ref = thread(cast, "Des lampes partout", "lamps", who="neighbour", language="fr")
    with cast.app.app_context():
        who, talk = cast.outsider.me(), db.session.get(Thread, int(ref.partition(":")[2]))
        board.post_reply(who, talk, "Lamps, yes.", organisation=who.seats[0])
        with atomic():
            db.session.get(Organisation, cast.organisations.outsider).country = "AT"
    tell(cast.app)
    with cast.app.app_context():
        index.rebuild()  # people, members and groups of the cast too
    return cast


OPERATORS = [
    ("lamps by:@chair", {"Lamps in streets"}),
    ('lamps by:"Chair desk"', {"Lamps in streets"}),
    ("lamps -by:@chair", {"Lamps in schools", "Des lampes partout"}),
    ("lamps in:europe", {"Lamps in schools"}),
    ("lamps in:africa in:europe", {"Lamps in streets", "Lamps in schools"}),
    ("lamps org:GRZ", {"Lamps in schools", "Des lampes partout"}),  # its reply
    ("lamps org:nairobi", {"Des lampes partout"}),
    ("lamps theme:housing", {"Lamps in streets"}),
    ("lamps theme:logement", {"Lamps in streets"}),
    ("lamps lang:fr", {"Des lampes partout"}),
    ("lamps language:français", {"Des lampes partout"}),
    ("lamps is:unanswered", {"Lamps in streets", "Lamps in schools"}),
    ("lamps type:discussion", {"Lamps in streets", "Lamps in schools", "Des lampes partout"}),
    ("lamps type:document", set()),
    ("lamps has:file", set()),
    ("lamps after:2020", {"Lamps in streets", "Lamps in schools", "Des lampes partout"}),
    ("lamps before:2020-02-30", set()),
    ("lamps before:2020", set()),
    ("lamps in:nowhere", set()),
    ('"lamps in schools"', {"Lamps in schools"}),
    ('"schools lamps"', set()),
    ("lamps -schools -partout", {"Lamps in streets"}),
    ('lamps -"in schools" lang:en', {"Lamps in streets"}),
    ("in:europe", {"Lamps in schools", "Europe"}),
    ("after:2020 in:europe type:discussion", {"Lamps in schools"}),
    ("nothing:lamps streets", set()),  # an unknown operator is words
]


@pytest.mark.parametrize(("words", "titles"), OPERATORS, ids=[row[0] for row in OPERATORS])
def test_operators_narrow_what_is_found(talks, words, titles):
    assert set(found(talks, words)) == titles


def test_a_member_finds_the_people_who_hold_a_seat_there(talks):
    with talks.app.app_context():
        name = talks.outsider.me().name
    assert found(talks, "org:GRZ type:person") == [name] and found(talks, "desk org:GRZ", "chair") == [name]
    assert found(talks, "org:nairobi type:person", "outsider") == [talks.neighbour.name.title() + " desk"]
    seat = {
        "person_id": talks.chair.id,
        "organisation_id": talks.organisations.outsider,
        "role": "helper",
        "since": clock.now(),
    }
    for ended, number in ((None, 2), (clock.now(), 1)):
        with talks.app.app_context(), atomic() as session:
            session.execute(sa.delete(Place).where(Place.role == "helper"))
            session.add(Place(**seat, ended=ended))
            seats.reseat(talks.steward.me(), talks.chair.id)
        tell(talks.app)
        assert len(found(talks, "org:GRZ type:person")) == number
    with talks.app.app_context(), in_language("en"):
        assert query.find("org:GRZ type:person", VISITOR).hits == []  # people are for members


def test_an_operator_shows_as_a_chip_that_can_be_taken_off(talks):
    page = talks.neighbour.gets("/search?q=lamps+in:europe+-lang:fr").text
    assert page.count('class="chip"') == 2
    assert re.search(r'class="chip" href="/search\?q=lamps\+-lang%3Afr">.*?in: <bdi>Europe</bdi>', page)
    assert "not language: Français" in page


def test_where_nothing_is_found_a_filter_less_is_offered_with_its_number(talks):
    page = talks.neighbour.gets("/search?q=lamps+in:europe+is:unanswered+lang:fr").text
    assert "Nothing was found" in page and "without language" in page and "1 result" in page


def test_a_group_that_one_may_not_see_is_as_unknown_as_none(talks):
    thread(talks, "Lamps of the circle", space="circle", audience="space")
    tell(talks.app)
    assert found(talks, "lamps in:circle", "chair") == ["Lamps of the circle"]
    pages = [talks.outsider.gets(f"/search?q=lamps+in:{name}").text for name in ("circle", "square")]
    assert pages[0].replace("circle", "square") == pages[1]


def test_counts_stand_beside_the_kinds_and_only_one_language_can_be_asked(talks):
    page = talks.neighbour.gets("/search?q=lamps").text
    assert re.search(r"Discussions <span class=\"n\">3</span>", page) and "in 2 languages" in page
    assert "/search?q=lamps+lang%3Aen" in page
    assert talks.neighbour.gets("/search?q=lamps&kind=thread&sort=newest").text.count("data-step") == 3


def test_more_results_come_by_cursor(talks, monkeypatch):
    monkeypatch.setattr(routes, "PAGE", 2)
    first = talks.neighbour.gets("/search?q=lamps")
    link = re.search(r'href="(/search\?q=lamps&amp;after=[^"]+)" rel="next"', first.text)[1].replace(
        "&amp;", "&"
    )
    second = talks.neighbour.gets(link)
    shown = [re.findall(r'href="(/discussions/\d+)', page.text) for page in (first, second)]
    assert len(set(shown[0])) == 2 and len(set(shown[1])) == 1 and not set(shown[0]) & set(shown[1])
    assert talks.neighbour.gets("/search?q=lamps&after=nonsense").status_code == 200
    assert "That is all" in talks.neighbour.gets("/search?q=lamps&after=-9~0").text


def test_what_is_archived_comes_last(talks):
    with talks.app.app_context():
        shelf.set_archived(talks.steward.me(), db.session.get(Space, talks.spaces.africa), True)
    assert found(talks, "lamps")[-1] == "Lamps in streets"


def test_a_reply_that_answers_takes_the_mark_unanswered_away(talks):
    with talks.app.app_context():
        number = db.session.scalar(sa.select(Thread.id).where(Thread.title == "Lamps in streets"))
        board.post_reply(talks.neighbour.me(), db.session.get(Thread, number), "Here they are.")
    tell(talks.app)
    assert found(talks, "lamps is:unanswered") == ["Lamps in schools"]


# --- documents and their pages ------------------------------------------------------------------------------------


def document(
    cast, title="A guide", texts=("First page.", "The lamplighter walks."), sight="members", publish=True
):
    """Enter a document whose pages were read already; return its number."""
    with cast.app.app_context():
        author, space = cast.chair.me(), db.session.get(Space, cast.spaces.network)
        made = library.create(
            author, {"title": title, "language": "en", "sight": sight, "themes": ["housing"]}, space=space
        )
        with atomic():
            version = Version(
                document_id=made.id, language="en", number=1, by=made.by, at=made.at, hash="x", name="a.txt",
                mime="text/plain", size=1, state="ready",
            )  # fmt: skip
            db.session.add(version)
            db.session.flush()
            edition = db.session.scalar(sa.select(Edition).where(Edition.document_id == made.id))
            if edition is None:
                edition = Edition(document_id=made.id, language="en", status="original", at=made.at)
                db.session.add(edition)
            edition.version_id = version.id
            for number, text in enumerate(texts, 1):
                db.session.add(Page(
                    version_id=version.id, document_id=made.id, root=made.ref, audience_id=made.audience_id, number=number,
                    text=text,
                ))  # fmt: skip
        if publish:
            library.publish(author, made)
        return made.id


def act(cast, number, fn, *more):
    with cast.app.app_context():
        fn(cast.chair.me(), db.session.get(Document, number), *more)


def test_a_page_of_a_document_is_found_and_leads_to_itself(cast):
    document(cast)
    tell(cast.app)
    page = cast.neighbour.gets("/search?q=lamplighter").text
    assert "Page 2: " in page and "“The <mark>lamplighter</mark> walks.”" in page
    assert re.search(r'href="/library/pages/\d+\?q=lamplighter"[^>]*>A guide</a>', page)
    assert found(cast, "lamplighter theme:housing type:document") == [
        "A guide"
    ]  # parts have what the whole has
    assert found(cast, "lamplighter", "visitor") == []


def test_drafts_and_what_was_withdrawn_are_never_found(cast):
    number = document(cast, publish=False)
    tell(cast.app)
    for who in ("chair", "neighbour", "steward"):
        assert found(cast, "lamplighter", who) == [] and found(cast, "guide", who) == []
    act(cast, number, library.publish)
    tell(cast.app)
    assert found(cast, "lamplighter") == ["A guide"]
    act(cast, number, library.withdraw, "Wrong figures.")
    for who in ("chair", "neighbour", "steward"):  # at once: no reader has to come by
        assert found(cast, "lamplighter", who) == [] and found(cast, "guide", who) == []
    tell(cast.app)
    assert found(cast, "guide", "chair") == []


def test_what_is_narrowed_is_found_by_those_who_may_read_it_alone(cast):
    number = document(cast, sight="public")
    tell(cast.app)
    assert found(cast, "lamplighter", "visitor") == ["A guide"]
    with cast.app.app_context():
        library.describe(cast.chair.me(), db.session.get(Document, number), {"sight": "members"})
    assert found(cast, "lamplighter", "visitor") == []
    assert found(cast, "lamplighter") == ["A guide"]


def test_pages_that_are_no_longer_part_are_dropped(cast):
    number = document(cast)
    tell(cast.app)
    with cast.app.app_context(), atomic():
        db.session.execute(sa.delete(Page).where(Page.document_id == number, Page.number == 2))
        index.index(f"document:{number}", 10**6)
    tell(cast.app)
    assert found(cast, "lamplighter") == []
    with cast.app.app_context():
        entries = sa.select(SearchEntry.ref).where(SearchEntry.root == f"document:{number}")
        assert len(db.session.scalars(entries).all()) == 2


def test_parts_that_a_killed_process_left_are_described_by_the_next_minute(cast, monkeypatch):
    monkeypatch.setattr("app.core.jobs.enqueue", lambda *_: None)
    document(cast)
    tell(cast.app)
    assert found(cast, "lamplighter") == []
    with cast.app.app_context():
        parts.sweep()
    assert found(cast, "lamplighter") == ["A guide"]


def test_many_pages_are_described_a_few_at_a_time(cast, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        parts,
        "_some",
        lambda ref, some, fact_id, real=parts._some: (sizes.append(len(some)), real(ref, some, fact_id)),
    )
    document(cast, texts=[f"lamp{n}" for n in range(25)])
    tell(cast.app)
    assert sizes == [10, 10, 5] and found(cast, "lamp24") == ["A guide"]


def test_what_is_published_is_found_with_the_next_turn_of_the_reader(cast):
    thread(cast, "Quite fresh")
    with cast.app.app_context():
        assert readers.tell_one("search") and readers.tell_one(
            "search"
        )  # as the job process does, ten times a second
    assert found(cast, "fresh") == ["Quite fresh"]


def test_building_the_index_anew_finds_the_same(cast):
    document(cast)
    thread(cast, "The lamplighter")
    tell(cast.app)
    before = found(cast, "lamplighter")
    with cast.app.app_context():
        index.rebuild()
        assert not db.session.scalar(sa.select(SearchEntry.id).where(SearchEntry.waits_id.is_not(None)))
    assert found(cast, "lamplighter") == before and len(before) == 2


# --- other languages --------------------------------------------------------------------------------------------


def test_french_words_find_english_records_through_the_vocabulary(cast):
    thread(cast, "Where newcomers live", "Refugees find a flat.", topic="housing")
    thread(cast, "Housing for all", "A list of flats for refugees.", topic="rights")
    thread(cast, "Housing", "No others.", topic="housing")
    tell(cast.app)
    assert set(found(cast, "logement")) >= {"Where newcomers live", "Housing for all", "Housing"}
    assert found(cast, "logement réfugiés") == []
    with cast.app.app_context():
        words = {"en": ["refugees", "asylum seekers"], "fr": ["réfugiés"], "ar": ["لاجئون"]}
        group = synonyms.add(cast.steward.me(), words)
    for question in ("logement réfugiés", "LOGEMENTS refugie", "السكن لاجئون", "housing asylum seekers"):
        assert set(found(cast, question)) == {"Where newcomers live", "Housing for all"}, question
    with cast.app.app_context():
        synonyms.drop(cast.steward.me(), db.session.get(type(group), group.id))
    assert found(cast, "logement réfugiés") == []


def test_a_country_is_found_by_its_name_in_any_language(cast):
    with cast.app.app_context(), atomic():
        home = db.session.get(Organisation, cast.organisations.outsider)
        home.country = "AT"
        db.session.flush()
        index.index(home.ref)
    for words in ("Autriche", "Österreich", "النمسا", "country:at", "country:Autriche"):
        assert "City of Graz" in found(cast, words), words


def test_a_theme_is_found_by_its_words(cast):
    with cast.app.app_context(), atomic():
        theme = db.session.scalar(sa.select(Theme).where(Theme.key == "data"))
        db.session.add(OrganisationTheme(organisation_id=cast.organisations.chair, theme_id=theme.id))
        db.session.flush()
        db.session.expire_all()
        index.index(f"organisation:{cast.organisations.chair}")
    title = "UNESCO Chair in Human Rights Education, Pretoria"
    assert (
        title in found(cast, "theme:données")
        and title in found(cast, "данные")
        and title in found(cast, "数据")
    )


@pytest.mark.parametrize(
    ("title", "question", "lang"),
    [
        ("Discriminations dans l’emploi", "discrimination emploi", "fr"), ("Élèves à l’école", "eleve ecole", "fr"),
        ("Las ciudades inclusivas", "ciudad inclusiva", "es"), ("Доступ к жилью в городах", "город доступ", "ru"),
        ("المدن والبلديات الدامجة", "المدن", "ar"), ("خُطَّةُ العَمَلِ", "خطة العمل", "ar"), ("المكتبة للجميع", "مكتبة", "ar"),
        ("反对种族主义城市联盟", "城市联盟", "zh"), ("As cidades inclusivas", "cidade", "pt"),
        ("Die Städte", "städte", "de"), ("Le città aperte", "citta aperta", "it"),
    ],
)  # fmt: skip
def test_forms_accents_vowel_marks_and_articles_do_not_matter(cast, title, question, lang):
    thread(cast, title, language=lang)
    tell(cast.app)
    assert found(cast, question) == [title]


# --- spelling, suggestions, likeness ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lampligter", "lamplighter"), ("lamplihgter", "lamplighter"), ("lamplightter", "lamplighter"), ("amplighter", "lamplighter"),
     ("kamplighter", "lamplighter"), ("lampliter", "lamplighter"), ("lampter", ""), ("zzzz", "")],
)  # fmt: skip
def test_a_better_spelling_is_offered(cast, typed, meant):
    thread(cast, "The lamplighter")
    tell(cast.app)
    with cast.app.app_context(), in_language("en"):
        viewer = cast.neighbour.me().viewer
        assert spelling.better(asking.read(typed, viewer), viewer) == meant
    if meant:
        assert f"<strong>{meant}</strong>" in cast.neighbour.gets(f"/search?q={typed}").text


def test_no_spelling_lets_out_a_word_that_one_may_not_see(cast):
    thread(cast, "The lamplighter", space="circle", audience="space")
    tell(cast.app)
    assert "<strong>lamplighter</strong>" in cast.chair.gets("/search?q=lampligter").text
    assert "lamplighter" not in cast.outsider.gets("/search?q=lampligter").text


def suggested(cast, text, who="neighbour"):
    with cast.app.app_context(), in_language("en"):
        return [str(one.label) for one in suggest.suggestions(text, getattr(cast, who).me())]


def test_suggestions_are_titles_operators_and_values(talks):
    assert suggested(talks, "lamps sch") == ["Lamps in schools"]
    assert suggested(talks, "lamps au") == [] and suggested(talks, "lamps th") == ["theme:"]
    assert suggested(talks, "in:eur") == ["in: Europe"]
    assert suggested(talks, "type:disc") == ["type: Discussion", "type: Discussion paper"]
    assert "country: Austria" in suggested(talks, "country:aus")
    assert suggested(talks, "by:@cha")[0].startswith("by: ")
    assert suggested(talks, "x") == [] and len(suggested(talks, "la")) <= suggest.MOST
    answer = talks.neighbour.client.get("/search/suggest?q=lamps+sch")
    assert 'role="option"' in answer.text and "aria-selected" not in answer.text


def test_suggestions_know_nothing_that_one_may_not_see(talks):
    thread(talks, "Lamps of the circle", space="circle", audience="space")
    tell(talks.app)
    assert "Lamps of the circle" in suggested(talks, "lamps cir", "chair")
    assert suggested(talks, "lamps cir", "outsider") == []
    assert suggested(talks, "in:circ", "outsider") == [] and suggested(talks, "in:circ", "chair") == [
        "in: Circle"
    ]


def test_a_title_that_is_typed_finds_those_like_it_by_any_form_of_its_words(talks):
    with talks.app.app_context():
        viewer = talks.neighbour.me().viewer
        first = similar.alike(viewer, "thread", "A lamp for our school", 5)
        titles = [db.session.get(Thread, int(ref.partition(":")[2])).title for ref in first]
    assert titles == ["Lamps in schools"]
    assert (
        "Lamps in schools" in talks.neighbour.client.get("/discussions/similar?q=A+lamp+for+our+school").text
    )


# --- the secretariat's words ----------------------------------------------------------------------------------------


def test_the_secretariat_edits_words_that_mean_the_same(cast):
    thread(cast, "A place for wildebeest")
    tell(cast.app)
    form = {"words_en": "gnu, wildebeest", "words_fr": "gnou"}
    assert cast.steward.posts("/admin/synonyms/new", form).status_code == 303
    assert found(cast, "gnou") == ["A place for wildebeest"]
    page = cast.steward.gets("/admin/synonyms").text
    assert "gnu, wildebeest" in page
    number = re.search(r'id="g(\d+)"', page)[1]
    assert cast.steward.posts(f"/admin/synonyms/{number}", {"words_en": "gnu"}).status_code == 422
    assert cast.steward.posts(f"/admin/synonyms/{number}", {"words_en": "gnu, antelope"}).status_code == 303
    assert found(cast, "gnou") == []
    assert cast.steward.posts(f"/admin/synonyms/{number}/drop").status_code == 303
    assert cast.neighbour.gets("/admin/synonyms").status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        'in:"',
        '-"',
        "-",
        "--",
        ":::",
        "by:",
        "after:9999999",
        "before:0000-00-00",
        '"" ""',
        "-in:x -y",
        "ß",
        "ßßa",
    ],
)
def test_odd_questions_are_answered(cast, words):
    assert cast.neighbour.gets("/search", query_string={"q": words}).status_code == 200
    assert cast.neighbour.client.get("/search/suggest", query_string={"q": words}).status_code == 200
