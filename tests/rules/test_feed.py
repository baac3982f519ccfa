"""What the newsfeed costs: three statements, as many at ten times the rows, and by an index on both databases."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.core import activity
from app.core.activity import Activity
from app.core.audience import audience_of, person_room, space_room
from app.core.database import atomic, is_sqlite
from app.core.policy import rules
from app.core.watches import watch
from app.extensions import db
from app.feed import queries
from app.feed.words import FILTERS, VERBS, verbs_of
from app.notifications.recipients import REASONS, RECIPIENTS
from app.notifications.words import BY_REASON, BY_VERB
from tests import talk
from tests.counting import statements
from tests.databases import ROOT
from tests.seat import tell


def rows_of(count):
    """Facts of many kinds, said to nobody yet."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    kinds = ["board.replied", "board.replied", "board.thanked", "board.started", "feed.shared"]
    return [
        {
            "at": start + dt.timedelta(minutes=7 * n), "verb": kinds[n % 5], "actor_id": 1 + n % 4,
            "organisation_id": 1 + n % 4, "by": {"name": f"Member {n % 40}", "code": "ABC", "kind": "city"},
            "subject": f"post:{n}", "root": f"thread:{n % 997}", "space_id": 1 + n % 4, "title": f"Title {n % 997}",
            "excerpt": "Words.", "lang": "en", "url": f"/discussions/{n % 997}", "data": {},
        }
        for n in range(count)
    ]  # fmt: skip


def fill(cast, count):
    """Write facts of many kinds, said to many: bare rows, as the statements see them."""
    with cast.app.app_context(), atomic():
        said_to = [audience_of("public"), audience_of("members"), audience_of(space_room(cast.spaces.circle))]
        said_to += [audience_of(space_room(1000 + n)) for n in range(5)]
        rows = [{**row, "audience_id": said_to[n % len(said_to)]} for n, row in enumerate(rows_of(count))]
        db.session.execute(sa.insert(Activity.__table__), rows)


def asked(cast, seat, path, **more):
    """Return what one page asks of the database."""
    seat.gets(path)  # once before, for what is read once for each process
    with cast.app.app_context():
        engine = db.engine
    with statements(engine) as said:
        seat.gets(path, **more)
    return said


@pytest.mark.parametrize("path", ["/", *(f"/?show={show}" for show in FILTERS if show), "/?after=300"])
def test_a_page_asks_as_much_at_ten_times_the_rows(cast, path):
    fill(cast, 60)
    few = asked(cast, cast.neighbour, path)
    fill(cast, 600)
    many = asked(cast, cast.neighbour, path)
    empty = (
        "data-fact" not in cast.neighbour.gets(path).text
    )  # where nothing says how far the feed goes it is asked
    assert len(few) == len(many) <= 3 + empty, many


def test_notifications_ask_as_much_at_ten_times_the_rows(cast):
    counts = []
    for n in (2, 20):
        for _ in range(n):
            talk.starts(cast, cast.chair, body="@neighbour")
        tell(cast.app)
        counts.append(len(asked(cast, cast.neighbour, "/notifications")))
    assert counts[0] == counts[1] <= 3


def test_nothing_changed_costs_two_statements(cast):
    fill(cast, 60)
    tag = {"If-None-Match": cast.neighbour.gets("/").headers["ETag"]}
    assert len(asked(cast, cast.neighbour, "/", headers=tag)) == 2


@pytest.mark.parametrize(
    "show", [show for show in FILTERS if show != "members"]
)  # what is rare is sought through
def test_the_newest_are_found_by_the_primary_key(cast, show):
    fill(cast, 40_000)
    with cast.app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        rows, plan = planned(lambda: queries.facts(cast.neighbour.me(), show, most=60))
        assert len(rows) <= 60
        if is_sqlite():
            assert "activity USING INTEGER PRIMARY KEY" in plan and "ORDER BY" not in plan, plan
        else:
            assert "Index Scan Backward using pk_activity" in plan, plan


@pytest.mark.parametrize("show", ["", "following", "coalition", "members"])
def test_a_filter_that_finds_little_looks_through_so_many_and_goes_on(cast, monkeypatch, show):
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 100)
    talk.starts(cast, cast.chair, "The old one", space="africa")
    tell(cast.app)
    with cast.app.app_context(), atomic():
        watch(cast.neighbour.id, f"space:{cast.spaces.africa}", "follow")
        old = activity.highest()
        gap = [{**row, "audience_id": audience_of(person_room(1))} for row in rows_of(250)]
        db.session.execute(sa.insert(Activity.__table__), gap)
    seen, path, looks = [], f"/?show={show}", 0
    while path and looks < 9:
        text, looks = cast.neighbour.gets(path).text, looks + 1
        seen += re.findall(r'data-fact="(\d+)"', text)
        further = re.search(r'href="(/\?[^"]*after=\d+)" rel="next"', text)
        path = further and further[1].replace("&amp;", "&")
    assert looks == (250 + old) // 100 + 1 and len(seen) == len(set(seen))
    assert (str(old) in seen) == (show != "members")


def planned(read):
    """Run a function; return its answer and the plan of its last statement."""
    said = []

    def heard(_connection, _cursor, statement, parameters, *_rest):
        said.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", heard)
    found = read()
    sa.event.remove(db.engine, "before_cursor_execute", heard)
    word = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    statement, parameters = said[-1]
    with db.engine.connect() as connection:
        return found, "\n".join(str(r[-1]) for r in connection.exec_driver_sql(word + statement, parameters))


# --- the tables are whole -----------------------------------------------------------------------------------


def test_each_filter_shows_something_and_each_verb_belongs_to_one():
    for group in ("discussions", "updates", "members"):
        assert verbs_of(group) and set(verbs_of(group)) < set(VERBS)
    assert {row.group for row in VERBS.values()} <= set(FILTERS)


def test_each_reason_has_words():
    for verb in RECIPIENTS:
        assert verb in BY_VERB or verb in ("board.edited", "spaces.asked")
    assert set(BY_REASON) | {"message", "reply", "follow", "search", "moderation", "due", "date"} == set(
        REASONS
    )  # these say what happened


def test_the_bell_listens_to_what_makes_notices():
    said = re.search(r'data-verbs="([^"]+)"', (ROOT / "templates/notifications/_bell.html").read_text())[1]
    assert said.split() == sorted(RECIPIENTS)


def test_the_rules_of_these_rooms_exist(app):
    assert {"feed.read", "feed.seen", "feed.share", "feed.remove", "notices.own"} <= set(rules)
