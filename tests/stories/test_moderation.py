"""A hateful post, from the report to the last word: who hears, who decides, what is gone from where, and what comes back."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from app.board import acts as board
from app.board.held import Held
from app.board.models import Edit, Post, Thread
from app.core import apart, audit, clock, files, mail
from app.core.activity import Activity
from app.core.audience import audience_of, is_apart, rooms_of
from app.core.database import atomic, locate
from app.core.watches import watch
from app.extensions import db
from app.feed.models import Update
from app.members import seats
from app.members.models import Login, Organisation, Person, Seat
from app.members.suspensions import Suspension
from app.moderation import acts, desk, escalation
from app.moderation.models import Case, Decision, Report
from app.notifications.models import Notice
from app.search.models import SearchEntry
from app.spaces import acts as spaces
from app.spaces import branch
from app.spaces.models import Membership, Space
from tests import doors, talk
from tests.seat import tell, turn

HATE = "Marmalade is what these people are, says the zebra."


@pytest.fixture
def thread(cast):
    """A public discussion of the African coalition with a hateful reply of neighbour, which outsider follows."""
    number = talk.starts(cast, cast.chair, "Where do we begin?")
    with cast.app.app_context(), atomic():
        watch(cast.outsider.id, f"thread:{number}", "follow")
    talk.replies(cast, cast.neighbour, number, HATE)
    tell(cast.app)
    return number


def hateful(cast, thread):
    with cast.app.app_context():
        return db.session.scalar(sa.select(Post.id).where(Post.thread_id == thread, Post.number == 2))


def reports(cast, seat, ref, reason="hate", words="The second sentence."):
    return seat.posts("/report", {"ref": ref, "reason": reason, "words": words})


def only(cast, model):
    with cast.app.app_context():
        return db.session.scalars(sa.select(model)).one()


def newest(cast, model):
    with cast.app.app_context():
        return db.session.scalars(sa.select(model).order_by(model.id.desc()).limit(1)).one()


def decides(cast, seat, case, deed="hide", words="It insults people. Say it without the insult.", **more):
    return seat.posts(
        f"/moderation/{case}", {"deed": deed, "reason": "hate", "days": "7", "words": words, **more}
    )


def told(cast, seat):
    """Return the verbs of somebody's notices, newest first."""
    tell(cast.app)
    with cast.app.app_context():
        rows = sa.select(Notice.verb).where(Notice.person_id == seat.id).order_by(Notice.last_id.desc())
        return list(db.session.scalars(rows))


def case_of(cast, thread):
    """Let outsider report the hateful reply; return the case."""
    reports(cast, cast.outsider, f"post:{hateful(cast, thread)}")
    return only(cast, Case).id


# --- reporting ----------------------------------------------------------------------------------------------


def test_a_report_is_received_and_goes_to_who_looks_after_the_group(cast, thread):
    ref = f"post:{hateful(cast, thread)}"
    page = cast.outsider.gets(f"/report?ref={ref}")
    assert page.status_code == 200 and "Nobody learns who reported" in page.text
    answer = reports(cast, cast.outsider, ref)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reports")
    assert "Waits for a decision" in cast.outsider.gets("/reports").text
    assert told(cast, cast.outsider)[0] == "moderation.received"
    assert told(cast, cast.chair)[0] == "moderation.opened"
    assert told(cast, cast.steward) == []
    assert "Marmalade" in cast.chair.gets("/moderation").text
    assert "Hate or discrimination" in cast.chair.gets(f"/moderation/{only(cast, Case).id}").text


def test_only_who_decides_sees_the_case(cast, thread):
    case = case_of(cast, thread)
    for seat in (cast.neighbour, cast.outsider, cast.steward):
        assert seat.gets(f"/moderation/{case}").status_code == 404
        assert decides(cast, seat, case).status_code == 404
    assert cast.neighbour.gets("/moderation").status_code == 403
    assert "Marmalade" not in cast.steward.gets("/moderation").text


def test_nobody_is_shown_who_reported(cast, thread):
    """Not the author, not the deciders, on no page, in no fact, in no mail."""
    case = case_of(cast, thread)
    decides(cast, cast.chair, case)
    tell(cast.app)
    pages = [
        cast.chair.gets(path).text for path in ("/moderation", "/moderation?show=done", f"/moderation/{case}")
    ]
    pages += [cast.neighbour.gets(path).text for path in ("/waiting", "/decisions/1", "/notifications")]
    pages += [cast.chair.gets("/notifications").text, cast.steward.gets("/admin/audit").text]
    assert not [text for text in pages if "Outsider desk" in text or "Graz" in text]
    with cast.app.app_context():
        facts = db.session.execute(
            sa.select(Activity.__table__).where(Activity.verb.startswith("moderation"))
        ).all()
        assert facts and {fact.actor_id for fact in facts} == {None}
        to_others = [f for f in facts if f"person:{cast.outsider.id}" not in rooms_of(f.audience_id)]
        assert not [f for f in to_others if cast.outsider.id in f.data.get("to", ())]
        assert not [m for m in db.session.scalars(sa.select(mail.OutboxMail)) if "Outsider" in m.text]


def test_a_second_report_counts_and_the_same_one_does_not(cast, thread):
    ref = f"post:{hateful(cast, thread)}"
    for seat in (cast.outsider, cast.outsider, cast.steward):
        assert reports(cast, seat, ref).status_code == 303
    assert only(cast, Case).reports == 2
    assert doors.count(cast.app, Report) == 2


def test_what_cannot_be_reported(cast, thread):
    ref = f"post:{hateful(cast, thread)}"
    assert reports(cast, cast.neighbour, ref).status_code == 403  # one's own
    assert cast.visitor.gets(f"/report?ref={ref}").status_code == 303
    hidden = talk.starts(cast, cast.chair, space="circle", audience="space")
    for wrong in (f"thread:{hidden}", "post:99999", "nothing", "case:1", ""):
        assert cast.outsider.gets(f"/report?ref={wrong}").status_code == 404


def test_wrong_forms_are_explained_and_keep_their_words(cast, thread):
    ref = f"post:{hateful(cast, thread)}"
    answer = reports(cast, cast.outsider, ref, reason="", words="Kept words")
    assert answer.status_code == 422 and "Choose what is wrong" in answer.text and "Kept words" in answer.text
    answer = reports(cast, cast.outsider, ref, reason="other", words="")
    assert answer.status_code == 422 and "Say in a few words what is wrong." in answer.text
    assert reports(cast, cast.outsider, ref, words="x" * 2001).status_code == 422
    assert reports(cast, cast.outsider, ref, reason="dance").status_code == 422
    case = case_of(cast, thread)
    answer = decides(cast, cast.chair, case, words="")
    assert answer.status_code == 422 and "Say why" in answer.text
    assert decides(cast, cast.chair, case, deed="dance").status_code == 422
    assert decides(cast, cast.chair, case, deed="suspend").status_code == 422  # the secretariat's alone


@pytest.mark.parametrize("settings", [{"REPORTS_PER_HOUR": 3}])
def test_a_flood_of_reports_is_stopped_with_its_words_kept(cast, settings):
    numbers = [talk.starts(cast, cast.chair, f"Question {n} of many") for n in range(4)]
    codes = [reports(cast, cast.outsider, f"thread:{n}", words="Kept words").status_code for n in numbers]
    assert codes == [303, 303, 303, 429]
    last = reports(cast, cast.outsider, f"thread:{numbers[3]}", words="Kept words")
    assert "Kept words" in last.text and "many reports" in last.text
    assert doors.count(cast.app, Case) == 3


@pytest.mark.parametrize("what", ["thread", "update", "person", "organisation"])
def test_other_things_are_reported_too(cast, what):
    refs = {
        "thread": f"thread:{talk.starts(cast, cast.neighbour)}",
        "update": f"update:{talk.shares(cast, cast.neighbour)}",
        "person": f"person:{cast.neighbour.id}",
        "organisation": f"organisation:{cast.organisations.neighbour}",
    }
    assert cast.outsider.gets(f"/report?ref={refs[what]}").status_code == 200
    assert reports(cast, cast.outsider, refs[what]).status_code == 303
    case = only(cast, Case)
    decider = cast.chair if what == "thread" else cast.steward
    assert decider.gets(f"/moderation/{case.id}").status_code == 200
    assert decides(cast, decider, case.id, "warn").status_code == 303
    assert told(cast, cast.neighbour)[0] == "moderation.decided"
    assert cast.neighbour.gets("/decisions/1").status_code == 200


# --- hidden and back ------------------------------------------------------------------------------------------


def test_hidden_is_gone_everywhere_but_for_its_author_and_who_decides(cast, thread):
    case, post = case_of(cast, thread), hateful(cast, thread)
    with cast.app.app_context():
        before = {
            row.id
            for row in db.session.execute(sa.select(Activity.id).where(Activity.subject == f"post:{post}"))
        }
    assert decides(cast, cast.chair, case).status_code == 303
    tell(cast.app)
    for seat in (cast.outsider, cast.visitor):
        assert not seen_by(seat, thread), seat
    for seat in (cast.neighbour, cast.chair, cast.steward):
        page = seat.gets(f"/discussions/{thread}", follow_redirects=True).text
        assert "Marmalade" in page and "Hidden." in page
        assert "Marmalade" in seat.gets("/search?q=marmalade").text.replace("<mark>", "").replace(
            "</mark>", ""
        )
    with cast.app.app_context():
        it = db.session.get(Thread, thread)
        assert (it.replies, it.voices, it.posts) == (0, 1, 2)
        assert doors_of(cast.outsider) == 0
        after = {
            row.id
            for row in db.session.execute(sa.select(Activity.id).where(Activity.subject == f"post:{post}"))
        }
        assert before < after  # the same facts, and that it was hidden


def doors_of(seat):
    """The number of somebody's unread notices about discussions: a number of the report itself aside."""
    return db.session.scalar(
        sa.select(sa.func.count()).where(
            Notice.person_id == seat.id, Notice.verb == "board.replied", Notice.root.startswith("thread:")
        )
    )


def seen_by(seat, thread):
    paths = (
        f"/discussions/{thread}", f"/discussions/{thread}/replies?after=0&fragment=1", "/discussions", "/feed.atom", "/",
        f"/discussions/{thread}/posts/2?fragment=1", f"/discussions/{thread}/posts/2/history", "/notifications",
        "/?fragment=1&since=0", f"/discussions/{thread}?quote=2",
    )  # fmt: skip
    found = [path for path in paths if "Marmalade" in seat.gets(path, follow_redirects=True).text]
    text = seat.gets("/search?q=marmalade").text
    return found + (["search"] if "these people" in text else [])


def test_put_back_it_is_everywhere_again_with_the_same_numbers(cast, thread):
    case, post = case_of(cast, thread), hateful(cast, thread)
    with cast.app.app_context():
        notice = db.session.scalars(sa.select(Notice.id).where(Notice.person_id == cast.outsider.id)).first()
        entry = db.session.scalar(sa.select(SearchEntry.id).where(SearchEntry.ref == f"post:{post}"))
    decides(cast, cast.chair, case)
    tell(cast.app)
    assert "Put it back" in cast.chair.gets(f"/moderation/{case}").text
    assert cast.chair.posts(f"/moderation/{case}/restore", {"words": ""}).status_code == 422
    assert cast.chair.posts(f"/moderation/{case}/restore", {"words": "It was quoted."}).status_code == 303
    tell(cast.app)
    assert set(seen_by(cast.outsider, thread)) >= {
        f"/discussions/{thread}",
        "/",
        "/notifications",
        "search",
        "/feed.atom",
    }
    with cast.app.app_context():
        it = db.session.get(Thread, thread)
        assert (it.replies, it.voices) == (1, 2)
        row = db.session.get(Post, post)
        assert row.root == it.ref and row.audience_id == it.audience_id
        assert db.session.scalar(sa.select(sa.func.count()).select_from(apart.Apart)) == 0
        assert db.session.get(Notice, notice).root == it.ref
        assert db.session.scalar(sa.select(SearchEntry.id).where(SearchEntry.ref == f"post:{post}")) == entry
    assert told(cast, cast.neighbour)[0] == "moderation.decided"
    assert cast.chair.posts(f"/moderation/{case}/restore", {"words": "Again."}).status_code == 303


def test_open_pages_hear_at_once_that_it_is_gone_and_nothing_else(cast, thread):
    case, post = case_of(cast, thread), hateful(cast, thread)
    for seat in (cast.outsider, cast.neighbour):
        seat.opens_socket()
        seat.hears("gone")
    decides(cast, cast.chair, case)
    assert cast.outsider.hears("gone") == [{"refs": [f"post:{post}"]}]
    assert cast.neighbour.hears("gone") == []


def test_a_whole_discussion_and_an_update(cast):
    number = talk.starts(cast, cast.neighbour, "Marmalade for all", body=HATE)
    for kind, decider in (("thread", cast.chair), ("update", cast.steward)):
        ref = f"{kind}:{number if kind == 'thread' else talk.shares(cast, cast.neighbour, HATE)}"
        tell(cast.app)
        reports(cast, cast.outsider, ref)
        case = newest(cast, Case).id
        assert decides(cast, decider, case).status_code == 303
        tell(cast.app)
        address = f"/{ {'thread': 'discussions', 'update': 'updates'}[kind] }/{ref.split(':')[1]}"
        assert cast.outsider.gets(address).status_code == 404
        assert "Marmalade" not in cast.outsider.gets("/").text
        page = cast.neighbour.gets(address, follow_redirects=True)
        assert page.status_code == 200 and "Hidden." in page.text, kind
        decider.posts(f"/moderation/{case}/restore", {"words": "Fine after all."})
        assert cast.outsider.gets(address, follow_redirects=True).status_code == 200
        assert "Marmalade" in cast.outsider.gets("/").text
        cast.neighbour.posts(f"{address}/posts/1/remove" if kind == "thread" else f"{address}/remove", {})


def test_hidden_nobody_can_do_anything_to_it(cast, thread):
    case = case_of(cast, thread)
    decides(cast, cast.chair, case)
    post = f"/discussions/{thread}/posts/2"
    for seat, path in (
        (cast.neighbour, f"{post}/edit"), (cast.chair, f"{post}/thank"), (cast.chair, f"/report?ref=post:{hateful(cast, thread)}"),
    ):  # fmt: skip
        assert seat.posts(path, {"body": "Other words", "reason": "hate"}).status_code == 403, path
    assert "Marmalade" not in cast.outsider.gets(f"/discussions/{thread}?quote=2", follow_redirects=True).text
    talk.replies(cast, cast.outsider, thread, "To nobody.", reply_to=2)
    page = cast.outsider.gets(f"/discussions/{thread}", follow_redirects=True).text
    assert "Neighbour" not in page and "Nairobi" not in page


def test_a_hidden_discussion_is_neither_moved_nor_answered(cast):
    number = talk.starts(cast, cast.neighbour)
    reports(cast, cast.outsider, f"thread:{number}")
    decides(cast, cast.chair, only(cast, Case).id)
    for path in ("move", "conclude", "close", "pin", "lock", "replies"):
        for seat in (cast.chair, cast.neighbour):
            answer = seat.posts(
                f"/discussions/{number}/{path}", {"body": "x", "space": "1", "audience": "public"}
            )
            assert answer.status_code in (403, 409), (path, answer.status_code)
    with cast.app.app_context():
        it = db.session.get(Thread, number)
        assert is_apart(it.audience_id) and it.posts == 1
        with pytest.raises(board.Shut):
            board.move(cast.chair.me(), it, db.session.get(Space, cast.spaces.network), "public")
        db.session.rollback()
        with pytest.raises(board.Shut):
            board.post_reply(cast.neighbour.me(), db.session.get(Thread, number), "Still.")
        db.session.rollback()


def test_a_discussion_that_moves_takes_no_hidden_post_along(cast, thread):
    case = case_of(cast, thread)
    decides(cast, cast.chair, case)
    with cast.app.app_context():
        place = db.session.get(Space, cast.spaces.network)
        board.move(cast.chair.me(), db.session.get(Thread, thread), place, "members")
    tell(cast.app)
    assert not seen_by(cast.outsider, thread)
    cast.chair.posts(f"/moderation/{case}/restore", {"words": "Fine."})
    tell(cast.app)
    assert "Marmalade" in cast.outsider.gets(f"/discussions/{thread}", follow_redirects=True).text
    assert cast.visitor.gets(f"/discussions/{thread}").status_code == 404  # where it hangs by now


def test_a_notice_that_counts_more_tells_of_the_rest(cast):
    number = talk.starts(cast, cast.chair, "Where do we begin?")
    with cast.app.app_context(), atomic():
        watch(cast.outsider.id, f"thread:{number}", "follow")
    talk.replies(cast, cast.chair, number, "A kind answer.")
    talk.replies(cast, cast.neighbour, number, HATE)
    tell(cast.app)
    with cast.app.app_context():
        post = db.session.scalar(sa.select(Post.id).where(Post.thread_id == number, Post.number == 3))
    reports(cast, cast.steward, f"post:{post}")
    decides(cast, cast.chair, only(cast, Case).id)
    tell(cast.app)
    text = cast.outsider.gets("/notifications").text
    assert "Marmalade" not in text and "Nairobi" not in text and "A kind answer." in text


def test_who_had_read_all_has_nothing_unread_because_of_it(cast, thread):
    cast.outsider.posts(f"/discussions/{thread}/read", {"number": "1"})
    tell(cast.app)
    with cast.app.app_context():
        assert db.session.get(Person, cast.outsider.id).unread_threads == 1
    decides(cast, cast.chair, case_of(cast, thread))
    tell(cast.app)
    with cast.app.app_context():
        assert db.session.get(Person, cast.outsider.id).unread_threads == 0


def test_mail_that_waits_is_stopped(cast, thread):
    with cast.app.app_context(), atomic():
        for key, text in (("a", f"Somebody wrote:\n\n{HATE}\n"), ("b", "Something else altogether.")):
            now = clock.now()
            db.session.add(
                mail.OutboxMail(
                    key=key, kind="notice", to="x@cast.example", language="en", subject="s", text=text, html=text, next_at=now,
                    at=now,
                )
            )  # fmt: skip
    decides(cast, cast.chair, case_of(cast, thread))
    with cast.app.app_context():
        states = dict(db.session.execute(sa.select(mail.OutboxMail.key, mail.OutboxMail.state)).all())
    assert (states["a"], states["b"]) == ("stopped", "waiting")


# --- words that must not be anywhere ------------------------------------------------------------------------------

ADDRESS = "She lives at 12 Quince Street, third floor."


def test_a_private_address_is_taken_out_of_everything_that_we_keep(cast):
    number = talk.starts(cast, cast.chair, "Where do we begin?")
    talk.replies(cast, cast.neighbour, number, ADDRESS)
    with cast.app.app_context():
        row = db.session.scalars(sa.select(Post).where(Post.number == 2)).one()
        board.edit_post(cast.neighbour.me(), row, ADDRESS + " Or near it.")
        post = row.id
        with atomic():
            for state in ("waiting", "sent"):
                now = clock.now()
                db.session.add(
                    mail.OutboxMail(
                        key=state, kind="notice", to="x@cast.example", language="en", subject="s", state=state, next_at=now,
                        text=ADDRESS, html=ADDRESS, at=now,
                    )
                )  # fmt: skip
    tell(cast.app)
    reports(cast, cast.outsider, f"post:{post}", "private", "Quince Street is where she lives.")
    words = "A private address. Nobody may publish it."
    decides(cast, cast.chair, only(cast, Case).id, "redact", words)
    tell(cast.app)
    assert places_with(cast, "Quince") == []
    assert doors.count(cast.app, Edit) == 0
    assert "removed by" in cast.outsider.gets(f"/discussions/{number}", follow_redirects=True).text


def places_with(cast, words):
    """Walk every text column of the database."""
    found = []
    with cast.app.app_context():
        for table in db.metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, sa.String | sa.JSON):
                    held = sa.cast(column, sa.Text).contains(words)
                    if db.session.scalar(sa.select(sa.func.count()).select_from(table).where(held)):
                        found.append(f"{table.name}.{column.name}")
        if db.engine.dialect.name == "sqlite":
            hits = db.session.scalar(
                sa.text(f"select count(*) from search_fts where search_fts match '{words.lower()}'")
            )
            found += ["search_fts"] * bool(hits)
    return found


def test_an_outcome_that_is_taken_away_leaves_no_words(cast):
    number = talk.starts(cast, cast.chair, "Where do we begin?")
    with cast.app.app_context(), atomic():
        watch(cast.outsider.id, f"thread:{number}", "follow")
    talk.does(cast, cast.chair, board.conclude, f"thread:{number}", "With marmalade.")
    tell(cast.app)
    assert places_with(cast, "marmalade")
    talk.does(cast, cast.chair, board.conclude, f"thread:{number}", "")
    tell(cast.app)
    assert places_with(cast, "marmalade") == []
    assert "wrote where" not in cast.outsider.gets("/").text


# --- who decides, and again -------------------------------------------------------------------------------------


def test_the_author_reads_what_why_and_how_to_answer_and_gets_it_by_mail(cast, thread):
    decides(cast, cast.chair, case_of(cast, thread))
    page = cast.neighbour.gets("/decisions/1").text
    for words in (
        "only you and those who decide see it",
        "Hate or discrimination",
        "It insults people",
        "another look",
    ):
        assert words in page
    assert cast.outsider.gets("/decisions/1").status_code == 404
    sent = doors.mails(cast.app, "statement")
    assert [row.to for row in sent] == ["neighbour@cast.example"]
    assert "It insults people" in sent[0].text and "/appeals/" in sent[0].text
    assert told(cast, cast.outsider)[0] == "moderation.answered"
    assert "Hidden" in cast.outsider.gets("/reports").text


def test_what_is_left_is_told_to_who_reported_alone(cast, thread):
    decides(cast, cast.chair, case_of(cast, thread), "leave", "")
    assert told(cast, cast.outsider)[0] == "moderation.answered"
    assert "moderation.decided" not in told(cast, cast.neighbour)
    assert "Marmalade" in cast.visitor.gets(f"/discussions/{thread}", follow_redirects=True).text


def test_an_appeal_is_decided_by_somebody_else_and_only_once(cast, thread):
    case = case_of(cast, thread)
    decides(cast, cast.chair, case)
    assert cast.neighbour.posts("/decisions/1/appeal", {"words": ""}).status_code == 422
    assert cast.outsider.posts("/decisions/1/appeal", {"words": "Mine?"}).status_code == 404
    assert cast.neighbour.posts("/decisions/1/appeal", {"words": "I quoted it."}).status_code == 303
    cast.neighbour.posts("/decisions/1/appeal", {"words": "And again."})
    assert only(cast, Decision).appeal == "I quoted it."
    assert told(cast, cast.steward)[0] == "moderation.appealed"
    answer = {"answer": "changed", "words": "It was a quotation."}
    assert cast.chair.posts(f"/moderation/{case}/answer", answer).status_code == 403  # who decided
    assert cast.neighbour.posts(f"/moderation/{case}/answer", answer).status_code == 404
    assert "I quoted it." in cast.steward.gets(f"/moderation/{case}").text
    assert cast.steward.posts(f"/moderation/{case}/answer", {"answer": "", "words": ""}).status_code == 422
    assert cast.steward.posts(f"/moderation/{case}/answer", answer).status_code == 303
    tell(cast.app)
    assert "Marmalade" in cast.visitor.gets(f"/discussions/{thread}", follow_redirects=True).text
    assert "undone" in cast.neighbour.gets("/decisions/1").text
    assert "Somebody else looked at it" in doors.mails(cast.app, "statement")[-1].text
    cast.steward.posts(f"/moderation/{case}/answer", {"answer": "kept", "words": "No."})
    assert only(cast, Decision).answer == "changed"
    cast.neighbour.posts("/decisions/1/appeal", {"words": "Once more."})
    assert only(cast, Decision).appeal == "I quoted it."


def test_the_act_itself_refuses_who_decided(cast, thread):
    case = case_of(cast, thread)
    decides(cast, cast.chair, case)
    with cast.app.app_context():
        acts.appeal(db.session.get(Decision, 1), "Why?")
        with pytest.raises(acts.Past):
            acts.answer(
                cast.chair.me(),
                db.session.get(Case, case),
                db.session.get(Decision, 1),
                changed=True,
                words="x",
            )
        db.session.rollback()


@pytest.mark.parametrize("settings", [{"APPEAL_DAYS": 10}])
def test_an_appeal_has_its_time(cast, thread, settings):
    decides(cast, cast.chair, case_of(cast, thread))
    with clock.at(clock.now() + dt.timedelta(days=11)):
        path = re.search(r"(/appeals/\S+)", doors.mails(cast.app, "statement")[0].text)[1]
        assert "Ask for another look" not in cast.visitor.gets(path).text
        cast.visitor.posts(path, {"words": "Late."})
        decision = only(cast, Decision).id
        assert "Ask for another look" not in cast.neighbour.gets(f"/decisions/{decision}").text
        cast.neighbour.posts(f"/decisions/{decision}/appeal", {"words": "Late."})
    assert only(cast, Decision).appeal_at is None


def test_two_who_decide_at_once_are_one_decision(cast, thread):
    case = case_of(cast, thread)
    with cast.app.app_context(), atomic():
        row = Membership(
            space_id=cast.spaces.africa,
            person_id=cast.steward.id,
            role="facilitator",
            state="in",
            at=clock.now(),
        )
        db.session.add(row)
    decides(cast, cast.chair, case)
    assert decides(cast, cast.steward, case, "leave", "").headers["Location"].endswith("late=1")
    assert only(cast, Decision).deed == "hide"


def test_nobody_decides_about_what_they_wrote(cast):
    """The facilitator's own post goes to the secretariat; the secretariat's own to the others of it."""
    number = talk.starts(cast, cast.chair)
    reports(cast, cast.outsider, f"thread:{number}")
    case = only(cast, Case).id
    assert cast.chair.gets(f"/moderation/{case}").status_code == 404
    assert cast.steward.gets(f"/moderation/{case}").status_code == 200
    update = talk.shares(cast, cast.steward)
    reports(cast, cast.outsider, f"update:{update}")
    case = newest(cast, Case).id
    assert decides(cast, cast.steward, case).status_code in (403, 404)


@pytest.mark.parametrize("settings", [{"REPORT_SILENCE_HOURS": 24}])
def test_after_a_silence_the_secretariat_decides_too(cast, thread, settings):
    case = case_of(cast, thread)
    with cast.app.app_context():
        with clock.at(clock.now() + dt.timedelta(hours=23)):
            escalation.escalate()
        assert "stewards" not in db.session.get(Case, case).rooms
        with clock.at(clock.now() + dt.timedelta(hours=25)):
            escalation.escalate()
            escalation.escalate()
    assert told(cast, cast.steward) == ["moderation.opened"]
    assert decides(cast, cast.steward, case).status_code == 303


def test_in_a_private_group_only_those_inside_decide_at_first(cast):
    number = talk.starts(cast, cast.chair, space="circle", audience="space")
    talk.replies(cast, cast.neighbour, number, HATE)
    post = hateful(cast, number)
    with cast.app.app_context(), atomic():
        row = Membership(
            space_id=cast.spaces.circle, person_id=cast.outsider.id, role="member", state="in", at=clock.now()
        )
        db.session.add(row)
    assert reports(cast, cast.outsider, f"post:{post}").status_code == 303
    case = only(cast, Case).id
    assert cast.steward.gets(f"/moderation/{case}").status_code == 404
    decides(cast, cast.chair, case)
    assert cast.steward.gets(f"/discussions/{number}").status_code == 404
    assert "Marmalade" not in cast.outsider.gets(f"/discussions/{number}", follow_redirects=True).text
    with cast.app.app_context():
        assert "stewards" not in db.session.get(Post, post).rooms


def test_the_rail_says_how_many_wait_and_only_to_who_decides(cast, thread):
    assert 'href="/moderation"' not in cast.neighbour.gets("/discussions").text
    case_of(cast, thread)
    with cast.app.app_context():
        desk.recount()
    assert '1<span class="vh"> waiting' in cast.chair.gets("/moderation/count").text
    assert '1<span class="vh"> waiting' in cast.chair.gets("/discussions").text
    assert " hidden>0" in cast.outsider.gets("/moderation/count").text  # facilitator elsewhere
    assert cast.neighbour.gets("/moderation/count").status_code == 403


def test_earlier_decisions_stand_on_the_case(cast, thread):
    decides(cast, cast.chair, case_of(cast, thread), "warn")
    talk.replies(cast, cast.neighbour, thread, "Marmalade again.")
    with cast.app.app_context():
        post = db.session.scalar(sa.select(Post.id).where(Post.number == 3))
    reports(cast, cast.outsider, f"post:{post}")
    page = cast.chair.gets(f"/moderation/{newest(cast, Case).id}").text
    assert "Author asked for a change" in page and "Where do we begin?" in page


def test_each_decision_is_in_the_record(cast, thread):
    case = case_of(cast, thread)
    decides(cast, cast.chair, case)
    cast.neighbour.posts("/decisions/1/appeal", {"words": "I quoted it."})
    cast.steward.posts(f"/moderation/{case}/answer", {"answer": "changed", "words": "Yes."})
    with cast.app.app_context():
        acts_kept = list(db.session.scalars(sa.select(audit.AuditEntry.act).order_by(audit.AuditEntry.id)))
    assert acts_kept[-3:] == ["moderation.hide", "moderation.appeal", "moderation.changed"]
    assert "Hid something" in cast.steward.gets("/admin/audit").text


# --- kept out ---------------------------------------------------------------------------------------------------


def suspended(cast, days="7"):
    """Let the secretariat keep neighbour out for an update."""
    email = doors.give_password(cast.app, cast.neighbour)
    update = talk.shares(cast, cast.neighbour, HATE)
    reports(cast, cast.outsider, f"update:{update}")
    decides(cast, cast.steward, only(cast, Case).id, "suspend", days=days)
    return email


def test_who_is_suspended_is_out_at_once_and_hears_why_at_the_door(cast):
    cast.neighbour.opens_socket()
    email = suspended(cast)
    assert cast.neighbour.gets("/settings").status_code == 303
    turn(cast.app)
    assert not cast.neighbour.socket.is_connected()
    answer = doors.signed_in(cast.app, email)[1]
    assert (
        answer.status_code == 403 and "It insults people" in answer.text and "suspended until" in answer.text
    )
    assert doors.signed_in(cast.app, email, "a password that is wrong")[1].status_code == 422
    with cast.app.app_context():
        assert (
            db.session.scalar(
                sa.select(sa.func.count()).where(Login.person_id == cast.neighbour.id, Login.ended.is_(None))
            )
            == 0
        )
    cast.visitor.posts("/sign-in/link", {"email": email})
    assert "suspended until" in doors.mails(cast.app, "suspended")[0].text
    assert doors.mails(cast.app, "link") == []


def test_who_is_suspended_can_ask_for_another_look_without_signing_in(cast):
    email = suspended(cast)
    page = doors.signed_in(cast.app, email)[1].text
    path = re.search(r'href="(/appeals/[^"]+)"', page)[1]
    assert cast.visitor.gets(path).status_code == 200
    assert cast.visitor.posts(path, {"words": ""}).status_code == 422
    assert cast.visitor.posts(path, {"words": "I quoted it."}).status_code == 303
    assert only(cast, Decision).appeal == "I quoted it."
    assert cast.visitor.gets(path + "x").status_code == 404
    assert cast.visitor.gets("/appeals/MQ.forged").status_code == 404


def test_a_suspension_ends_by_itself(cast):
    email = suspended(cast)
    with clock.at(clock.now() + dt.timedelta(days=6)):
        assert doors.signed_in(cast.app, email)[1].status_code == 403
    with clock.at(clock.now() + dt.timedelta(days=8)):
        browser, answer = doors.signed_in(cast.app, email)
        assert answer.status_code == 303 and doors.is_in(browser)
    assert doors.count(cast.app, Suspension) == 0


def test_for_good_means_until_somebody_undoes_it(cast):
    email = suspended(cast, days="0")
    with clock.at(clock.now() + dt.timedelta(days=4000)):
        assert "for good" in doors.signed_in(cast.app, email)[1].text


def test_somebody_may_be_let_in_again_before_the_time(cast):
    email = suspended(cast)
    case = only(cast, Case).id
    assert "Put it back" in cast.steward.gets(f"/moderation/{case}").text
    assert cast.steward.posts(f"/moderation/{case}/restore", {"words": "We spoke."}).status_code == 303
    browser, _answer = doors.signed_in(cast.app, email)
    assert doors.is_in(browser)


def test_another_case_ends_no_suspension(cast):
    update = talk.shares(cast, cast.neighbour, "Something else that was hidden.")
    reports(cast, cast.outsider, f"update:{update}")
    first = only(cast, Case).id
    decides(cast, cast.steward, first)
    email = doors.give_password(cast.app, cast.neighbour)
    other = talk.shares(cast, cast.neighbour, HATE)
    reports(cast, cast.outsider, f"update:{other}")
    decides(cast, cast.steward, newest(cast, Case).id, "suspend")
    cast.steward.posts(f"/moderation/{first}/restore", {"words": "Fine after all."})
    assert doors.signed_in(cast.app, email)[1].status_code == 403


def ends_seat(cast, seat):
    with cast.app.app_context():
        seats.end(None, db.session.scalars(sa.select(Seat).where(Seat.person_id == seat.id)).one())


def state(cast, seat):
    with cast.app.app_context():
        return db.session.get(Person, seat.id).state


def test_who_lost_the_seat_meanwhile_is_not_let_in_again_by_the_end_of_a_suspension(cast):
    email = suspended(cast)
    ends_seat(cast, cast.neighbour)
    with clock.at(clock.now() + dt.timedelta(days=8)):
        browser, answer = doors.signed_in(cast.app, email)
        assert answer.status_code == 422 and not doors.is_in(browser)
    assert state(cast, cast.neighbour) == "left" and doors.count(cast.app, Suspension) == 0


def test_who_had_left_is_not_let_in_by_a_suspension_that_is_undone(cast):
    update = talk.shares(cast, cast.neighbour, HATE)
    ends_seat(cast, cast.neighbour)
    reports(cast, cast.outsider, f"update:{update}")
    case = only(cast, Case).id
    assert decides(cast, cast.steward, case, "suspend").status_code == 303
    assert state(cast, cast.neighbour) == "suspended"
    cast.steward.posts(f"/moderation/{case}/restore", {"words": "They are gone anyway."})
    assert state(cast, cast.neighbour) == "left"


def test_nobody_stands_behind_an_erased_account_any_more(cast):
    update = talk.shares(cast, cast.neighbour, HATE)
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).state = "erased"
    reports(cast, cast.outsider, f"update:{update}")
    decides(cast, cast.steward, only(cast, Case).id, "suspend")
    assert state(cast, cast.neighbour) == "erased"


def test_who_looks_after_a_group_ends_no_suspension(cast, thread):
    """Keeping out is for the secretariat alone, and so is letting in: also where the facilitators see the case."""
    case = case_of(cast, thread)
    with cast.app.app_context(), atomic():
        one = db.session.get(Case, case)
        one.audience_id = audience_of(*rooms_of(one.audience_id), "stewards")
    decides(cast, cast.steward, case, "suspend")
    assert "Put it back" not in cast.chair.gets(f"/moderation/{case}").text
    assert cast.chair.posts(f"/moderation/{case}/restore", {"words": "A friend."}).status_code == 403
    path = re.search(r"(/appeals/\S+)", doors.mails(cast.app, "statement")[0].text)[1]
    cast.visitor.posts(path, {"words": "I quoted it."})
    answer = {"answer": "changed", "words": "A friend."}
    assert cast.chair.posts(f"/moderation/{case}/answer", answer).status_code == 403
    assert state(cast, cast.neighbour) == "suspended"


def test_nobody_of_the_secretariat_is_suspended_here(cast):
    update = talk.shares(cast, cast.steward, HATE)
    reports(cast, cast.outsider, f"update:{update}")
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.chair.id).moderator = True
        case = db.session.scalars(sa.select(Case)).one()
        case.audience_id = audience_of("stewards")
        number = case.id
    assert decides(cast, cast.chair, number, "suspend").status_code == 422


# --- first posts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{"FIRST_POSTS_HELD": 1}])
def test_first_posts_wait_and_nobody_else_sees_them(cast, settings):
    with cast.app.app_context():
        number = talk.starts(cast, cast.chair, "Where do we begin?")
    answer = cast.outsider.posts(f"/discussions/{number}/replies", {"body": HATE})
    assert answer.headers["Location"].endswith("#waiting")
    tell(cast.app)
    page = cast.outsider.gets(f"/discussions/{number}", follow_redirects=True).text
    assert "Your post waits." in page and "Marmalade" in page
    assert "Marmalade" in cast.outsider.gets("/waiting").text
    for seat in (cast.neighbour, cast.visitor):
        assert not seen_by(seat, number)
    with cast.app.app_context():
        it = db.session.get(Thread, number)
        assert (it.posts, it.replies) == (1, 0)
    assert told(cast, cast.chair)[0] == "moderation.opened"
    case = only(cast, Case).id
    assert "Marmalade" in cast.chair.gets("/moderation?show=first").text
    assert cast.chair.gets(f"/moderation/{case}").status_code == 200
    assert cast.chair.posts(f"/moderation/{case}", {"deed": "publish"}).status_code == 303
    tell(cast.app)
    assert "Marmalade" in cast.visitor.gets(f"/discussions/{number}", follow_redirects=True).text
    assert "Outsider desk" in cast.visitor.gets(f"/discussions/{number}", follow_redirects=True).text
    assert told(cast, cast.outsider)[0] == "moderation.released"
    cast.outsider.posts(f"/discussions/{number}/replies", {"body": "A second one."})
    assert "A second one." in cast.visitor.gets(f"/discussions/{number}", follow_redirects=True).text


@pytest.mark.parametrize("settings", [{"FIRST_POSTS_HELD": 2}])
def test_discussions_and_updates_wait_too_and_may_be_declined(cast, settings):
    start = {
        "title": "Quite another matter", "topic": "rights", "body": HATE, "space": cast.spaces.africa, "audience": "public",
        "language": "en", "organisation": "0",
    }  # fmt: skip
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.neighbour.id).moderator = False
    assert cast.neighbour.posts("/discussions/new", start).headers["Location"] == "/waiting"
    update = {"body": HATE, "language": "en", "audience": "members", "voice": "person"}
    assert cast.neighbour.posts("/updates/new", update).headers["Location"] == "/waiting"
    tell(cast.app)
    assert doors.count(cast.app, Thread) == doors.count(cast.app, Update) == 0
    for decider, number, deed in ((cast.chair, 1, "publish"), (cast.steward, 2, "decline")):
        assert decides(cast, decider, number, deed).status_code == 303
    assert doors.count(cast.app, Thread) == 1 and doors.count(cast.app, Update) == 0
    assert doors.count(cast.app, Held, Held.title != "") == 0
    assert "Not published" in cast.neighbour.gets("/waiting").text
    assert "It insults people" in doors.mails(cast.app, "statement")[0].text


def test_without_the_setting_nothing_waits(cast, thread):
    assert doors.count(cast.app, Case) == 0


# --- duties of a coalition ------------------------------------------------------------------------------------------


def below_africa(cast):
    """A working group of the African coalition that nobody looks after."""
    with cast.app.app_context(), atomic():
        place = spaces.add_space(
            None, form="group", key="inner", name="Inner", parent=db.session.get(Space, cast.spaces.africa)
        )
        return place.id


def test_duties_are_given_and_taken_by_the_secretariat_for_the_branch_alone(cast):
    group = below_africa(cast)
    assert cast.chair.gets("/admin/duties").status_code == 403
    assert cast.chair.posts(f"/groups/{group}/people", {"handle": "neighbour"}).status_code == 403
    assert cast.steward.gets("/admin/duties").status_code == 200
    give = f"/admin/duties/{cast.spaces.africa}"
    assert cast.chair.posts(give, {"duty": "people"}).status_code == 403
    assert cast.steward.posts(give, {"duty": ["people", "reports", "dance"]}).status_code == 303
    assert cast.steward.posts(f"/admin/duties/{group}", {"duty": "people"}).status_code == 404
    assert cast.chair.posts(f"/groups/{group}/people", {"handle": "neighbour"}).status_code == 303
    assert cast.outsider.posts(f"/groups/{group}/people", {"handle": "chair"}).status_code == 403
    assert (
        cast.chair.posts(f"/groups/{cast.spaces.europe}/people", {"handle": "neighbour"}).status_code == 403
    )
    cast.steward.posts(give, {"duty": []})
    assert cast.chair.posts(f"/groups/{group}/people", {"handle": "outsider"}).status_code == 403
    with cast.app.app_context():
        kept = [
            row.act
            for row in db.session.scalars(sa.select(audit.AuditEntry))
            if row.act.startswith("space.duty")
        ]
        assert kept == ["space.duty_given"] * 2 + ["space.duty_taken"] * 2
        assert branch.given() == {}


def test_seats_of_the_coalitions_members_alone(cast):
    """The cast's coalition has the key of an organisation's: its facilitators give seats there, and nowhere else."""
    with cast.app.app_context(), atomic():
        db.session.get(Space, cast.spaces.africa).key = "AFRICA"
    own, other = cast.organisations.neighbour, cast.organisations.outsider
    assert cast.chair.gets(f"/members/{own}/seats").status_code == 403
    with cast.app.app_context():
        branch.give(cast.steward.me(), db.session.get(Space, cast.spaces.africa), {"seats"})
    assert cast.chair.gets(f"/members/{own}/seats").status_code == 200
    page = cast.chair.gets(f"/members/{own}", follow_redirects=True).text
    assert f"/members/{own}/seats" in page and f"/members/{own}/edit" not in page
    assert cast.chair.gets(f"/members/{other}/seats").status_code == 403
    assert cast.outsider.gets(f"/members/{own}/seats").status_code == 403


def test_reports_of_the_branch_go_to_the_coalition_that_has_the_duty(cast):
    group = below_africa(cast)
    with cast.app.app_context():
        branch.give(cast.steward.me(), db.session.get(Space, cast.spaces.africa), {"reports"})
        with atomic():
            row = Membership(
                space_id=group, person_id=cast.neighbour.id, role="member", state="in", at=clock.now()
            )
            db.session.add(row)
        place = db.session.get(Space, group)
        number = board.start_thread(
            cast.neighbour.me(),
            place,
            topic="housing",
            title="Inner",
            body=HATE,
            language="en",
            audience="members",
        ).id
    reports(cast, cast.outsider, f"thread:{number}")
    case = only(cast, Case).id
    assert cast.steward.gets(f"/moderation/{case}").status_code == 404
    assert decides(cast, cast.chair, case).status_code == 303
    assert "Hidden." in cast.chair.gets(f"/discussions/{number}", follow_redirects=True).text
    assert cast.outsider.gets(f"/discussions/{number}").status_code == 404


def test_what_was_hidden_is_kept_with_why(cast, thread):
    decides(cast, cast.chair, case_of(cast, thread))
    with cast.app.app_context():
        kept = apart.of(f"post:{hateful(cast, thread)}")
        assert kept.root == f"thread:{thread}" and "It insults" in kept.why
        assert locate(kept.ref).root == kept.ref


def test_a_profile_that_is_emptied_loses_its_photo_too(cast):
    with cast.app.app_context(), atomic() as session:
        person = session.get_one(Person, cast.neighbour.id)
        kept = files.keep(io.BytesIO(b"a photo"), "photo.txt")
        person.about = "Quince pie."
        person.picture_id = None
        row = files.attach(kept, person.ref, person, person.id)
        session.flush()
        person.picture_id = row.id
    reports(cast, cast.outsider, f"person:{cast.neighbour.id}", "hate", "Look at the photo.")
    decides(cast, cast.steward, only(cast, Case).id, "redact", "It insults.")
    with cast.app.app_context():
        person = db.session.get_one(Person, cast.neighbour.id)
        assert (person.about, person.picture_id) == ("", None)
        assert db.session.scalars(sa.select(files.Attachment)).all() == []


# --- the entry of a member ------------------------------------------------------------------------------------


def entry_case(cast):
    """The entry of the neighbour's member says something, and was reported; return its case."""
    with cast.app.app_context(), atomic() as session:
        home = session.get(Organisation, cast.organisations.neighbour)
        home.about, home.website, home.facts = (
            "They are all thieves.",
            "https://x.example",
            {"office": "Thieves"},
        )
    reports(cast, cast.outsider, f"organisation:{cast.organisations.neighbour}")
    return newest(cast, Case)


def sees_entry(cast, who):
    path = f"/members/{cast.organisations.neighbour}"
    page = who.gets(path, follow_redirects=True)
    listed = who.gets("/members").text.count("City of Nairobi") > 0
    return page.status_code == 200, listed, "City of Nairobi" in who.gets("/members?view=csv").text


def test_the_entry_of_a_member_is_hidden_and_comes_back(cast):
    case = entry_case(cast)
    page = cast.steward.gets(f"/moderation/{case.id}").text
    assert "They are all thieves." in page and 'value="hide"' in page and 'value="suspend"' not in page
    decides(cast, cast.steward, case.id)
    for who in (cast.visitor, cast.outsider, cast.chair):
        assert sees_entry(cast, who) == (False, False, False), who
    mine = cast.neighbour.gets(f"/members/{cast.organisations.neighbour}", follow_redirects=True)
    assert mine.status_code == 200 and "Only those who act for this member" in mine.text
    assert "City of Nairobi" not in cast.visitor.gets("/members?view=points").text
    tell(cast.app)
    assert "City of Nairobi" not in cast.outsider.gets("/search?q=nairobi").text
    cast.steward.posts(f"/moderation/{case.id}/restore", {"words": "It was changed."})
    for who in (cast.visitor, cast.outsider):
        assert sees_entry(cast, who) == (True, True, True), who


def test_the_words_of_an_entry_are_taken_away_for_good(cast):
    case = entry_case(cast)
    decides(cast, cast.steward, case.id, "redact")
    with cast.app.app_context():
        home = db.session.get(Organisation, cast.organisations.neighbour)
        assert (home.about, home.website, home.facts, home.name) == ("", "", {}, "City of Nairobi")
    assert (
        "thieves"
        not in cast.visitor.gets(f"/members/{cast.organisations.neighbour}", follow_redirects=True).text
    )
    assert "thieves" not in cast.steward.gets(f"/moderation/{case.id}").text


def test_the_secretariats_own_entry_is_never_hidden(cast):
    reports(cast, cast.outsider, f"organisation:{cast.organisations.steward}")
    decides(cast, cast.steward, newest(cast, Case).id)
    assert (
        cast.visitor.gets(f"/members/{cast.organisations.steward}", follow_redirects=True).status_code == 200
    )
