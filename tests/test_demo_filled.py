"""The demo network in a database: the same every time, whole or not at all, and consistent, the large one too."""

import datetime as dt
import stat

import pytest
import sqlalchemy as sa

from app import create_app
from app.actions.models import Action, Milestone, Origin
from app.board.models import Post, ReadMark, Thank, Thread
from app.calendar.models import Event
from app.core import audience, links, readers, site
from app.core.activity import Activity
from app.core.audience import VISITOR
from app.core.files import Attachment
from app.demo import bulk, bulk_documents, bulk_events, content, large, seed
from app.extensions import db
from app.feed.models import FeedMark, Update
from app.library.models import Collection, Document, DocumentFacet, Edition, Page, Placement, Review, Version
from app.members.models import Organisation, Person, Seat
from app.members.signed_in import as_person
from app.search import index
from app.search.models import SearchEntry, Synonym
from app.spaces.models import Membership, Space
from tests.unread import unread

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
CHANGING = {"password", "token", "password_at", "salt", "data_seal", "seal"}


def made(url, folder):
    audience.forget()
    return create_app(
        DATABASE_URL=url, INSTANCE_DIR=str(folder), TESTING=True, ARGON2_TIME=1, ARGON2_MEMORY=8, ROLE="cli",
        SECRET_KEY="for-tests-only-not-a-secret", JOBS_AT_ONCE=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def filled(template, tmp_path_factory):
    """An app with the demo network in its database, and the lines that filling gave."""
    folder = tmp_path_factory.mktemp("demo")
    with template.copy(folder) as url:
        app = made(url, folder)
        with app.app_context(), unread():
            yield app, seed.fill(app, NOW), folder
            db.session.remove()
            db.engine.dispose()


def count(model, *conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def rows(model):
    table = model.__table__
    names = [column.name for column in table.columns if column.name not in CHANGING]
    found = db.session.execute(sa.select(table).order_by(*table.primary_key))
    return [{name: getattr(row, name) for name in names} for row in found]


def test_everything_is_there(filled):
    assert count(Organisation) == 214
    assert {form: count(Organisation, Organisation.form == form) for form in ("city", "chair", "partner")} == {
        "city": 174, "chair": 19, "partner": 20,
    }  # fmt: skip
    assert count(Space, Space.form == "coalition") == 7
    assert (count(Space, Space.form == "group"), count(Space, Space.form == "chapter")) == (6, 1)
    assert count(Thread) == 45
    assert count(Update) == 12
    assert count(Synonym) == 5
    assert count(Attachment, Attachment.state == "ready") == count(Attachment) == 11 + count(Version)
    assert site.read("demo") == "yes"


def test_joint_actions_say_what_their_report_says(filled):
    actions = db.session.scalars(sa.select(Action).where(Action.origin_id.is_not(None))).all()
    facts = {one["id"]: one for one in content.facts("joint_actions.json")["actions"]}
    assert {one.line for one in actions} == set(facts) and len(actions) == 14
    for one in actions:
        assert one.sdgs.split() == [str(number) for number in sorted(facts[one.line]["sdgs"])], one.line
    origin = db.session.scalar(sa.select(Origin))
    meeting = content.facts("joint_actions.json")["meeting"]
    assert (origin.aims.splitlines(), origin.attended.splitlines()) == (
        meeting["goals"],
        meeting["participants"],
    )
    assert count(Milestone, Milestone.origin_id == origin.id, Milestone.reached.is_(None)) == 4
    held = db.session.scalar(sa.select(Event).where(Event.title == meeting["title"]))
    assert links.to(held.ref) == [("held_as", origin.ref)]


def test_conferences_of_coalitions_stand_in_the_calendar_with_their_source(filled):
    found = db.session.scalars(
        sa.select(Event).where(Event.scale != "", Event.body.startswith("Source: "))
    ).all()
    assert len(found) == 9 and {one.audience_id for one in found} == {audience.audience_of(audience.PUBLIC)}
    assert all(one.ends < NOW for one in found)


def test_sixty_documents_stand_in_the_library_in_six_languages(filled):
    assert count(Document) == 61 and count(Document, Document.file_id.is_not(None)) == 60
    by_state = sa.select(Document.state, sa.func.count()).group_by(Document.state)
    assert {row.state: row[1] for row in db.session.execute(by_state)} == {
        "published": 57, "superseded": 1, "withdrawn": 1, "review": 1, "planned": 1,
    }  # fmt: skip
    assert set(db.session.scalars(sa.select(Document.language))) == {"en", "fr", "es", "ar", "ru", "pt"}
    assert count(Version) == 69 and count(Edition, Edition.status != "original") == 4
    assert count(Edition, Edition.status == "machine") == 1
    assert count(Document, Document.series != "") == 15 and count(Document, Document.talks > 0) == 5
    assert count(Placement) == 6 and count(Review) == 2
    assert {one.title: one.count for one in db.session.scalars(sa.select(Collection))}["Starting points"] == 7
    assert db.session.scalar(sa.select(sa.func.sum(Version.size))) < 1_200_000


def test_drafts_and_private_papers_are_seen_by_those_they_are_for(filled):
    titles = set(db.session.scalars(sa.select(Document.title).where(Document.visible_to(VISITOR))))
    assert "What should a city count, and what should it not?" in titles
    assert not {"Draft form for a yearly report", "Questions for the next assembly: a first list"} & titles
    outsider = as_person(db.session.scalar(sa.select(Person.id).where(Person.handle == "casablanca-member")))
    seen = set(db.session.scalars(sa.select(Document.title).where(Document.visible_to(outsider.viewer))))
    assert "Draft form for a yearly report" not in seen and "Three words" not in seen
    assert "Reading reports of cities: what a commentary can give" not in seen


def test_nobody_has_a_name_or_a_known_password(filled):
    app, lines, _folder = filled
    people = {p.name: p for p in db.session.scalars(sa.select(Person).where(Person.name != ""))}
    assert set(people) == {account["display_name"] for account in content.accounts().values()}
    assert people["Auckland focal point"].state == "invited" and not people["Auckland focal point"].password
    assert all(p.email.endswith(".example") for p in people.values())
    assert len(seed.new_password()) == 23 and seed.new_password() != seed.new_password()


def test_the_sign_ins_are_kept_for_this_user_only(filled):
    app, lines, folder = filled
    path = folder / "demo-sign-ins.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8").split("\n")[:-1] == lines


def test_a_full_database_is_left_alone(filled):
    app, _lines, _folder = filled
    before = count(Activity)
    assert seed.fill(app, NOW) == ["The database is not empty. Nothing was filled in."]
    assert count(Activity) == before


def test_facts_stand_in_the_order_of_time_and_nothing_is_later_than_now(filled):
    times = list(db.session.scalars(sa.select(Activity.at).order_by(Activity.id)))
    assert times == sorted(times) and times[-1] < NOW


def test_readers_have_told_everything(filled):
    assert set(readers.lag().values()) == {0}
    assert count(readers.Untold) == 0
    found = count(SearchEntry, SearchEntry.kind == "thread")
    assert found == count(Post)


def test_private_groups_show_nothing_to_others(filled):
    private = db.session.scalar(sa.select(Space.id).where(Space.key == "monitoring"))
    outsider = as_person(db.session.scalar(sa.select(Person.id).where(Person.handle == "casablanca-member")))
    threads = db.session.scalars(sa.select(Thread).where(Thread.space_id == private)).all()
    assert len(threads) == 3
    assert not any(thread.readable_by(outsider.viewer) for thread in threads)
    assert not db.session.get(Space, private).readable_by(VISITOR)


def test_coalitions_keep_their_facts(filled):
    spaces = {space.key: space for space in db.session.scalars(sa.select(Space))}
    assert (
        spaces["ECCAR"].facts["plan"]["complete"] and len(spaces["ECCAR"].facts["plan"]["commitments"]) == 10
    )
    assert [lead["city"] for lead in spaces["ECCAR"].facts["lead_cities"]] == ["Bologna"]
    assert spaces["AFRICA"].facts["plan"]["commitments"] == []
    assert spaces["network"].facts["former_names"] == ["International Coalition of Cities against Racism"]


def test_mentions_became_links(filled):
    assert count(Post, Post.body.contains("{@")) == 0
    assert count(Post, Post.html.contains('class="mention"')) >= 4


def test_counters_agree_with_rows(filled):
    check_counters()


def check_counters():
    for thread in db.session.scalars(sa.select(Thread)):
        mine = list(
            db.session.scalars(sa.select(Post).where(Post.thread_id == thread.id).order_by(Post.number))
        )
        assert [p.number for p in mine] == list(range(1, len(mine) + 1))
        assert (thread.posts, thread.replies) == (len(mine), len(mine) - 1)
        assert thread.voices == len({p.author_id for p in mine})
        assert thread.last_at == max(p.at for p in mine)
        assert {p.audience_id for p in mine} == {thread.audience_id}
        assert all(p.thanks == count(Thank, Thank.post_id == p.id) for p in mine)
    for space in db.session.scalars(sa.select(Space)):
        assert space.members == count(Membership, Membership.space_id == space.id)


def test_filling_again_makes_the_same_and_the_large_demo_fits_on_top(filled, template, tmp_path, monkeypatch):
    """Two promises in one test, because a filling takes seconds."""
    models = (
        Organisation,
        Person,
        Seat,
        Space,
        Membership,
        Thread,
        Post,
        Thank,
        ReadMark,
        Document,
        DocumentFacet,
        Edition,
        Version,
        Collection,
        Placement,
        Update,
        FeedMark,
        Activity,
    )
    first = {model: rows(model) for model in models}
    db.session.remove()
    with template.copy(tmp_path) as url:
        other = made(url, tmp_path)
        with other.app_context(), unread():
            seed.fill(other, NOW)
            for model in models:
                assert rows(model) == first[model], model
            check_large(other, monkeypatch)
            db.session.remove()
            db.engine.dispose()
    audience.forget()


def check_large(app, monkeypatch):
    """The rows of the large demo are those that the acts would have made; it is not made twice."""
    monkeypatch.setattr(bulk, "sizes", lambda: [30, 4, 2, 20, 20])
    monkeypatch.setattr(large, "PEOPLE", 30)
    monkeypatch.setattr(bulk_documents, "DOCUMENTS", 7)
    monkeypatch.setattr(bulk_documents, "PAGES", 3)
    monkeypatch.setattr(bulk_events, "EVENTS", 60)
    monkeypatch.setattr(bulk_events, "SERIES", 5)
    before = count(Document)
    large.fill_large(app, NOW)
    assert (count(Person), count(Thread)) == (30, 50)
    assert (count(Document) - before, count(Page)) == (7, 21)
    check_counters()
    same_columns()
    same_search()
    assert set(readers.lag().values()) == {0}
    before = count(Activity)
    large.fill_large(app, NOW)
    assert count(Activity) == before


def test_a_filling_that_is_cut_short_leaves_nothing(template, tmp_path, monkeypatch):
    monkeypatch.setattr(seed, "write_down", lambda *_: 1 / 0)
    with template.copy(tmp_path) as url:
        app = made(url, tmp_path)
        with app.app_context():
            with pytest.raises(ZeroDivisionError):
                seed.fill(app, NOW)
            assert count(Person) == count(Organisation) == count(Activity) == 0
            db.session.remove()
            db.engine.dispose()
    audience.forget()


def test_forty_thousand_posts():
    assert len(bulk.sizes()) == 2000 and sum(bulk.sizes()) == 40_000 and min(bulk.sizes()) >= 1


def same_columns():
    """A fact of the large demo fills and leaves empty the same columns as one of an act."""
    for verb in ("board.started", "board.replied", "board.thanked"):
        facts = db.session.execute(
            sa.select(Activity.__table__).where(Activity.verb == verb).order_by(Activity.id)
        ).all()
        by_act, in_bulk = facts[0]._mapping, facts[-1]._mapping
        assert set(by_act["data"]) == set(in_bulk["data"]), verb
        assert {n for n, v in by_act.items() if v in ("", {})} == {
            n for n, v in in_bulk.items() if v in ("", {})
        }, verb
        assert set(by_act["by"]) == set(in_bulk["by"])


def same_search():
    """The index, made anew from the things, is what the large demo wrote."""
    before = {row["ref"]: {**row, "id": 0} for row in rows(SearchEntry)}
    index.rebuild()
    after = {row["ref"]: {**row, "id": 0} for row in rows(SearchEntry)}
    for kind in ("thread", "document"):
        assert {ref: row for ref, row in before.items() if row["kind"] == kind} == {
            ref: row for ref, row in after.items() if row["kind"] == kind
        }
