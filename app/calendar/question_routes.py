"""What who hosts an event asks those who come: its page, one question as a form, its place and its end."""

import typing as t

from flask import Response, abort, request

from app.calendar import question_forms, questioning
from app.calendar.models import Event
from app.calendar.question_models import EventQuestion
from app.calendar.routes import bp, done, found
from app.core import once, pages, questions
from app.core.attaching import sent
from app.core.database import get_or_none
from app.core.languages import _
from app.core.policy import me, ruled
from app.extensions import db


@bp.route("/events/<int:number>/questions", methods=["GET", "POST"])
@ruled("calendar.ask")
def asking(number: int) -> t.Any:
    """Show what is asked, and take one question more."""
    event = found(number, "calendar.ask")
    form = sent(question_forms.OneQuestion).offer(questioning.of(event.id))
    if request.method == "GET":
        return _page(event, form)
    if not form.validate():
        return _page(event, form, 422)
    fields = form.fields()
    try:
        return done(
            "calendar.ask",
            event,
            lambda who, it: questioning.add(who, it, fields),
            _("The question is asked."),
            to=_home(event),
        )
    except questioning.Full:
        db.session.rollback()
        form.words.errors = [_("There are %(num)s questions already.", num=questions.MOST_QUESTIONS)]
        return _page(event, form, 422)


def _home(event: Event) -> str:
    return f"/events/{event.id}/questions"


def _page(event: Event, form: t.Any, status: int = 200) -> Response:
    there = questioning.of(event.id)
    return pages.page(
        "calendar/questions.html", status, place="calendar", it=event, form=form, rows=there, kinds=questions.KINDS,
        only_if=questions_words(there), error=status >= 400, noindex=True,
    )  # fmt: skip


def questions_words(there: t.Sequence[questions.Question]) -> dict[int, t.Any]:
    """Say of each question that is not always asked, when it is."""
    known = {one.id: one for one in there}
    return {
        one.id: _("Only if “%(question)s” is answered with “%(answer)s”", question=known[one.after].words,
                  answer=questions.said(known[one.after], one.value))
        for one in there if one.after in known
    }  # fmt: skip


def question_of(event: Event, question: int) -> EventQuestion:
    """Return a question of this event; 404 for any other."""
    row = get_or_none(EventQuestion, question)
    if row is None or row.event_id != event.id:
        abort(404)
    return row


@bp.route("/events/<int:number>/questions/<int:question>", methods=["GET", "POST"])
@ruled("calendar.ask")
def question(number: int, question: int) -> t.Any:
    """Change a question."""
    event = found(number, "calendar.ask")
    row, there = question_of(event, question), questioning.of(event.id)
    earlier = there[: [one.id for one in there].index(row.id)]
    if request.method == "POST":
        form = sent(question_forms.OneQuestion).offer(earlier)
        if form.validate() and _fits(form, row, there):
            fields = form.fields()
            return done(
                "calendar.ask",
                event,
                lambda who, it: questioning.change(who, it, row, fields),
                _("Saved."),
                to=_home(event),
            )
    else:
        form = question_forms.OneQuestion(
            words=row.words, hint=row.hint, form=row.form, options="\n".join(row.options), required=row.required,
            after=f"{row.after_id}:{row.value}" if row.after_id else "",
        ).offer(earlier)  # fmt: skip
    return pages.page(
        "calendar/question.html", 422 if form.errors else 200, place="calendar", it=event, row=row, form=form,
        error=bool(form.errors), noindex=True,
    )  # fmt: skip


def _fits(form: t.Any, row: EventQuestion, there: t.Sequence[questions.Question]) -> bool:
    """Say beside the field when an answer would go that another question depends on."""
    fields = form.fields()
    asked = questions.Question(row.id, fields["form"], "", options=tuple(fields["options"]))
    kept = dict(questions.answers_of(asked)) if asked.kind in questions.DECIDING else {}
    lost = next((one for one in there if one.after == row.id and one.value not in kept), None)
    if lost is not None:
        form.options.errors = [
            _("“%(words)s” is asked only after one of these answers. Keep that answer, or change that question first.",
              words=lost.words)
        ]  # fmt: skip
    return lost is None


@bp.post("/events/<int:number>/questions/<int:question>/<any(up, remove):deed>")
@ruled("calendar.ask")
def question_deed(number: int, question: int, deed: str) -> Response:
    """Ask a question one place earlier, or no longer."""
    event = found(number, "calendar.ask")
    before = once.answered(me().id)
    if before is not None:  # the same form again, whose question is gone since
        return pages.see_other(before)
    row = question_of(event, question)
    act = questioning.move_up if deed == "up" else questioning.remove
    return done("calendar.ask", event, lambda who, it: act(who, it, row), to=_home(event))
