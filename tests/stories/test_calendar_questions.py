"""Stories of questions to those who come: asked with conditions, answered, judged, read by the hosts alone, forgotten in time."""

import csv
import datetime as dt
import io
import json
import re

import pytest
import sqlalchemy as sa

from app.calendar import questioning
from app.calendar.attendance import Attendance
from app.calendar.question_models import EventQuestion, EventReply
from app.core import clock
from app.core.questions import Question, judge
from app.extensions import db
from app.mydata import gather
from tests.events import START, added, facts

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def march():
    """It is the first of March 2027."""
    with clock.at(NOW):
        yield


def asks(cast, number, words, kind="line", who=None, **more):
    answer = (who or cast.chair).posts(
        f"/events/{number}/questions", {"words": words, "form": kind, "after": "", **more}
    )
    assert answer.status_code == 303, answer.text
    with cast.app.app_context():
        return db.session.scalar(sa.select(EventQuestion.id).where(EventQuestion.words == words))


def form(cast):
    """An event with a form: a meal, where one comes by train what time, and interpretation only for the hall."""
    number = added(cast, cast.chair)
    meal = asks(
        cast, number, "What do you eat?", "one", options="Everything\nNo meat\nEverything", required="y"
    )
    way = asks(cast, number, "Do you come by train?", "yes")
    train = asks(
        cast,
        number,
        "When does it arrive?",
        "line",
        required="y",
        after=f"{way}:yes",
        hint="As on the ticket.",
    )
    days = asks(cast, number, "Which days?", "several", options="Monday\nTuesday")
    return number, meal, way, train, days


def comes(who, number, word="going", **said):
    return who.posts(f"/events/{number}/answer", {"word": word, "way": "here", **said})


def test_a_form_is_asked_judged_and_read_by_the_hosts_alone(cast):
    number, meal, way, train, days = form(cast)
    page = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    assert "Only if “Do you come by train?” is answered with “Yes”. " in page and page.count("No meat") == 2
    answer = comes(cast.neighbour, number, **{f"q-{way}": "yes", f"q-{days}": ["Tuesday", "Sunday"]})
    assert answer.status_code == 422 and answer.text.count("Choose an answer.") == 1
    assert "Answer this question." in answer.text and re.search(r'value="Tuesday" checked', answer.text)
    with cast.app.app_context():
        assert db.session.query(Attendance).count() == 0
    assert comes(cast.neighbour, number, "no").status_code == 303  # who does not go is asked nothing
    assert comes(cast.neighbour, number, **{f"q-{meal}": "Sweets"}).status_code == 422
    said = {
        f"q-{meal}": "No meat",
        f"q-{way}": "no",
        f"q-{train}": "at five",
        f"q-{days}": ["Monday", "Tuesday"],
    }
    assert comes(cast.neighbour, number, **said).status_code == 303
    with cast.app.app_context():
        assert questioning.said_by(number, cast.neighbour.id) == {
            meal: "No meat",
            way: "no",
            days: ["Monday", "Tuesday"],
        }
    assert "No meat" in cast.chair.gets(f"/events/{number}/answers").text
    table = cast.chair.gets(f"/events/{number}/answers.csv").text.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(table)))
    assert rows[0][-4:] == [
        "What do you eat?",
        "Do you come by train?",
        "When does it arrive?",
        "Which days?",
    ]
    assert rows[1][-4:] == ["No meat", "No", "", "Monday; Tuesday"]
    for other in (cast.outsider, cast.steward):
        text = other.gets(f"/events/{number}", follow_redirects=True).text
        assert 'value="No meat" checked' not in text
    assert cast.outsider.gets(f"/events/{number}/questions").status_code == 403
    assert facts(cast, "calendar.answered")[-1].excerpt == ""


def test_answers_are_changed_copied_and_forgotten(cast):
    number, meal, way, train, days = form(cast)
    comes(cast.neighbour, number, **{f"q-{meal}": "No meat"})
    comes(cast.neighbour, number, **{f"q-{meal}": "Everything", f"q-{way}": "yes", f"q-{train}": "=1+1"})
    comes(cast.outsider, number, **{f"q-{meal}": "Everything"})
    assert "'=1+1" in cast.chair.gets(f"/events/{number}/answers.csv").text
    with cast.app.app_context():
        mine = list(gather.rows(EventReply.__table__, cast.neighbour.id))
        assert [(row["asked"], row["said"]) for row in mine][0] == ("What do you eat?", "Everything")
        assert len(mine) == 3 and json.dumps([row["said"] for row in mine])
    more = asks(cast, number, "Do you bring a child?", "yes", required="y")
    text = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
    assert "The hosts ask something that you have not answered yet." in text
    comes(cast.outsider, number, "maybe")
    with cast.app.app_context():
        assert {row.person_id for row in db.session.query(EventReply)} == {cast.neighbour.id}
    with clock.at(START + 10 * DAY):
        cast.chair.posts(f"/events/{number}/questions/{more}/remove")
        with cast.app.app_context():
            questioning.sweep()
        text = cast.neighbour.gets(f"/events/{number}", follow_redirects=True).text
        assert "What you said" in text and "=1+1" in text
    with clock.at(START + 91 * DAY), cast.app.app_context():
        questioning.sweep()
        assert db.session.query(EventReply).count() == 0 and db.session.query(Attendance).count() == 2


def test_questions_are_changed_moved_and_taken_away(cast):
    number, meal, way, train, days = form(cast)
    for sent, words in (({"words": ""}, "Write the question."), ({"form": "one", "options": "Alone"}, "at least two answers"),
                        ({"after": "1:x"}, "Choose one of the list."), ({"form": "odd"}, "Choose one from the list.")):  # fmt: skip
        answer = cast.chair.posts(
            f"/events/{number}/questions", {"words": "Why?", "form": "line", "after": "", **sent}
        )
        assert answer.status_code == 422 and words in answer.text, sent
    base = f"/events/{number}/questions"
    kept = cast.chair.posts(f"{base}/{way}", {"words": "By train?", "form": "line", "after": ""})
    assert kept.status_code == 422 and "is asked only after one of these answers" in kept.text
    assert (
        cast.chair.posts(f"{base}/{way}", {"words": "By train?", "form": "yes", "after": ""}).status_code
        == 303
    )
    for one in (train, days, days):  # the train cannot stand before what it depends on
        cast.chair.posts(f"{base}/{one}/up")
    with cast.app.app_context():
        assert [one.id for one in questioning.of(number)] == [meal, days, way, train]
    assert "Only if “By train?”" in cast.chair.gets(base).text
    cast.chair.posts(f"{base}/{way}/remove")
    with cast.app.app_context():
        assert [(one.id, one.after) for one in questioning.of(number)] == [(meal, 0), (days, 0), (train, 0)]
    other = added(cast, cast.chair)
    assert cast.chair.gets(f"/events/{other}/questions/{meal}").status_code == 404
    filled = cast.chair.gets(f"/events/new?from={number}&what=questions&weeks=1").text
    assert 'name="questions" value="1"' in filled and "What do you eat?" in filled
    assert 'name="questions"' not in cast.neighbour.gets(f"/events/new?from={number}&what=questions").text
    cast.chair.posts(f"/events/{number}/remove")
    with cast.app.app_context():
        assert db.session.query(EventQuestion).count() == 0


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [("number", "2,50", "2.5"), ("number", "1e400", None), ("number", "two", None), ("day", "2027-03-10", "2027-03-10"),
     ("day", "soon", None), ("line", "x" * 201, None), ("line", "  a \n b ", "a b"), ("text", "x" * 2000, "x" * 2000),
     ("yes", "perhaps", None), ("yes", "no", "no"), ("number", "", "")],
)  # fmt: skip
def test_each_kind_of_answer_is_judged(app, kind, sent, kept):
    with app.test_request_context():
        judged = judge([Question(1, kind, "?")], lambda _number: [sent])
    assert judged.values.get(1, "") == (kept or "") and bool(judged.errors) == (kept is None)
    assert judged.typed == ({1: sent} if kept is None else {})  # shown again beside what is wrong with it
