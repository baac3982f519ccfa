"""Answering an event, and the list of who comes for those who host it."""

import typing as t

from flask import Response, abort, g, redirect, request
from markupsafe import Markup

from app.calendar import answering, coming, door, questioning, shown
from app.calendar.attendance import GOING, HERE, IN, ONLINE, WAITING, WAYS, WORDS
from app.calendar.deed_forms import Answer
from app.calendar.models import Event
from app.calendar.question_routes import questions_words
from app.calendar.routes import bp, found, page
from app.core import pages, questions, tables
from app.core.attaching import sent
from app.core.languages import _, ngettext
from app.core.panels import panel
from app.core.policy import can, me, person, ruled
from app.extensions import db


@bp.post("/events/<int:number>/answer")
@ruled("calendar.answer")
def answer(number: int) -> t.Any:
    """Take an answer: going, maybe or no."""
    event, form = found(number, "calendar.answer"), sent(Answer)
    good, judged = form.validate(), judged_of(event)
    going = form.word.data == GOING
    if not good or (going and judged.errors):
        g.refused_answer = Refused(form, judged if going else judged._replace(errors={}))
        return page(event, 422, error=True)
    who = person()
    way = form.way.data if form.way.data in ways(event) else ways(event)[0]

    def act() -> str:
        answering.answer(who, event, form.word.data, way, shown=bool(form.shown.data), said=judged.values)
        return f"{event.url}#answer"

    try:
        change = Markup(' <a href="{}#answer">{}</a>').format(event.url, _("Change your answer"))
        return pages.acted("calendar.answer", act, _("Your answer is saved.") + change)
    except answering.Late:
        db.session.rollback()
        return pages.see_other(f"/events/{number}")


class Refused(t.NamedTuple):
    """An answer that could not be taken, with what was said to the questions and what is wrong there."""

    form: t.Any
    judged: questions.Judged


def judged_of(event: Event) -> questions.Judged:
    """Return what was sent for the questions of an event."""
    return questions.judge(questioning.of(event.id), lambda one: request.form.getlist(f"q-{one}"))


def ways(event: Event) -> list[str]:
    """Return how one can take part: in person, online, or either."""
    return [HERE] * bool(event.place or not event.link) + [ONLINE] * bool(event.link)


@panel("event", order=5, column="side")
def asked(event: Event) -> tuple[str, dict[str, t.Any]] | None:
    """Whether the reader comes, how many do, and who shows it."""
    numbers, who = coming.counts(event.id), me()
    if event.outside or (not who.is_authenticated and not any(numbers)):
        return None
    mine = coming.mine(event.id, who.id)
    may = shown.may_answer(event)
    return "calendar/_answer.html", {
        **_numbers(event, numbers, mine), "mine": mine, "open": may, "words": WORDS,
        "ways": [(way, WAYS[way]) for way in ways(event)], "going": GOING,
        **_names(event, mine), "names": event.published,
        "may_list": can("calendar.answers", event), "may_note": can("calendar.door", event),
        "code": _code(event, mine), "typed": door.code_of(event, mine.person_id) if mine is not None else "",
        "may_ask": can("calendar.ask", event), **_questions(event, who, mine, may),
    }  # fmt: skip


@bp.get("/events/<int:number>/counts")
@ruled("calendar.read", public=True)
def counts(number: int) -> t.Any:
    """Return how many come and how the reader stands, or the names, for a page that is open; else lead to the event."""
    event, who = found(number), me()
    if not pages.wants_fragment():
        return redirect(event.url, 302)
    if event.removed or event.outside:
        abort(404)
    mine = coming.mine(event.id, who.id)
    if request.args.get("names"):
        return pages.bare_fragment(pages.render("calendar/_names.html", it=event, **_names(event, mine)))
    values = _numbers(event, coming.counts(event.id), mine)
    return pages.bare_fragment(pages.render("calendar/_counts.html", **values))


def _names(event: Event, mine: t.Any) -> dict[str, t.Any]:
    """Return the names of those who come, as far as the reader sees them; `mine` is what they answered themselves."""
    sees = coming.sees_names(event, me(), mine)
    people = coming.published(event.id, coming.SHOWN + 1) if sees else []
    return {"sees_names": sees, "people": people, "shown": coming.SHOWN}


class Places(t.NamedTuple):
    """How many places of one kind there are, and how many of them are free."""

    word: t.Any
    most: int
    free: int


def _numbers(event: Event, numbers: coming.Counts, mine: t.Any) -> dict[str, t.Any]:
    """Return what is said of how many come, and of the reader's own place."""
    taken = {HERE: numbers.here, ONLINE: numbers.online}
    limits = [
        Places(WAYS[way], most, max(0, most - taken[way]))
        for way in ways(event) if (most := answering.limit(event, way)) is not None
    ]  # fmt: skip
    still = event.cancelled is None and not shown.is_past(event)
    return {"it": event, "numbers": numbers, "limits": limits, "still": still, "said": _said(mine, event)}


def _code(event: Event, mine: t.Any) -> t.Any:
    """Return the code for the entrance, drawn, for who has a place in person at what is still to come."""
    comes = mine is not None and mine.word == GOING and mine.state == IN
    still = event.cancelled is None and not shown.is_past(event)
    return door.drawn(event, mine.person_id) if comes and still else ""


def _questions(event: Event, who: t.Any, mine: t.Any, may: bool) -> dict[str, t.Any]:
    """Return what the panel says of the questions: all of them to who may answer, to others what they said."""
    refused: Refused | None = g.pop("refused_answer", None)
    rows = questioning.of(event.id) if who.is_authenticated else []
    said = questioning.said_by(event.id, who.id) if rows and mine is not None else {}
    missing = mine is not None and mine.word == GOING and may and bool(_judge_again(rows, said).errors)
    own = [(one.words, questions.said(one, said[one.id])) for one in rows if one.id in said]
    return {
        "rows": rows if may else [], "own": own, "missing": missing, "only_if": questions_words(rows),
        "answers_of": questions.answers_of, "values": {**refused.judged.values, **refused.judged.typed} if refused else said,
        "errors": refused.judged.errors if refused else {}, "wrong": refused.form.word.errors[:1] if refused else (),
        "chosen": refused.form if refused else None,
    }  # fmt: skip


def _judge_again(rows: list[questions.Question], said: dict[int, questions.Value]) -> questions.Judged:
    def given(number: int) -> list[str]:
        value = said.get(number, [])
        return value if isinstance(value, list) else [value]

    return questions.judge(rows, given)


def _said(mine: t.Any, event: Event) -> t.Any:
    """Say how somebody stands who answered."""
    if mine is None or mine.word != GOING:
        return ""
    if mine.state == WAITING:
        turn = coming.turn(event.id, mine)
        return _(
            "You are number %(num)s on the waiting list. When a place is free, it is offered to you for a day.",
            num=turn,
        )
    if mine.until is not None:
        return _("A place is free for you. Take it with “Going” before it is offered to somebody else.")
    return _("You have a place.")


# --- for the hosts ----------------------------------------------------------------------------------------


@bp.get("/events/<int:number>/answers")
@ruled("calendar.answers")
def answers(number: int) -> Response:
    """Show who answered what."""
    event = found(number, "calendar.answers")
    head, *rows = coming.table(event)
    count = ngettext("%(num)d answer", "%(num)d answers", len(rows))
    return pages.page(
        "calendar/answers.html",
        place="calendar",
        it=event,
        head=head,
        rows=rows,
        count=count,
        figures=door.figures(event.id) if shown.is_past(event) else None,
        may_note=can("calendar.door", event),
        noindex=True,
    )


@bp.get("/events/<int:number>/answers.<any(csv, xlsx):form>")
@ruled("calendar.answers")
def list_of(number: int, form: str) -> Response:
    """Give out the list as a table."""
    event = found(number, "calendar.answers")
    return tables.attached(f"event-{event.id}-answers", form, coming.table(event))
