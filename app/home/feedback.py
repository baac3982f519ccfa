"""The accessibility statement with its form, and the page on which the secretariat reads what was said."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.core import audit, clock, effort, jobs, limits, mail, pages
from app.core.activity import record
from app.core.audience import STEWARDS, audience_of
from app.core.database import atomic, get_or_none, setting
from app.core.forms import is_trapped
from app.core.languages import _, language, lazy
from app.core.policy import person, public, require, ruled, ungated
from app.core.text import clean_line, clean_text
from app.extensions import db
from app.home.models import Feedback
from app.members.models import Person

bp = Blueprint("feedback", __name__)
PAGE, LIST = "/accessibility", "/admin/accessibility"
PREPARED = dt.date(2026, 11, 22)  # when the statement was written, from tests of our own
ANSWER_DAYS = 14
AN_HOUR, WITH_EFFORT, AN_HOUR_IN_ALL = (
    5,
    20,
    50,
)  # messages of one neighbourhood, plain and not, and of everybody
MOST_READERS, MOST_SHOWN = 20, 200


class FeedbackForm(Form):
    """What was in somebody's way."""

    words = TextAreaField(
        lazy("What was in your way?"),
        [
            InputRequired(lazy("Say what you wanted to do, and what happened.")),
            Length(max=3000, message=lazy("The text has 3,000 characters at most.")),
        ],
        filters=[clean_text],
    )
    page = StringField(
        lazy("On which page?"), [Length(max=300, message=lazy("This has at most 300 characters."))], filters=[clean_line]
    )  # fmt: skip
    means = StringField(
        lazy("With which device or aid?"),
        [Length(max=200, message=lazy("This has at most 200 characters."))],
        filters=[clean_line],
    )
    email = StringField(
        lazy("E-mail address for an answer"), filters=[lambda value: clean_line(value).lower()]
    )

    def validate_email(self, field: t.Any) -> None:
        """An address that can be written to, or none."""
        if field.data:
            try:
                mail.one_address(field.data)
            except ValueError:
                raise ValidationError(_("Write the address like name@example.org.")) from None


@bp.get(PAGE)
@public
@ungated
def statement() -> Response:
    """Show the statement, with the form."""
    return _page(FeedbackForm(page=clean_line(request.args.get("page"))[:300]))


@bp.post(PAGE)
@public
@ungated
def send() -> Response:
    """Take a message and lead back to the statement. What was sent before is not counted again."""
    form = FeedbackForm(request.form)
    if not form.validate():
        return _page(form, 422)
    if is_trapped():
        return pages.see_other(PAGE)
    return pages.acted("home.feedback", lambda: _kept(form), _("Thank you. The secretariat reads it."))


def _kept(form: FeedbackForm) -> str:
    if not effort.within("feedback", AN_HOUR, WITH_EFFORT) or not limits.hit(
        "feedback", "everybody", AN_HOUR_IN_ALL, 60
    ):
        abort(429)
    tell(lang=language(), **{name: form[name].data for name in ("words", "page", "means", "email")})
    return f"{PAGE}#tell"


def _page(form: FeedbackForm, status: int = 200) -> Response:
    return pages.page(
        "pages/accessibility.html", status, place="accessibility", form=form, error=status == 422, prepared=PREPARED,
        days=ANSWER_DAYS, effort=effort,
    )  # fmt: skip


def tell(*, words: str, lang: str = "en", page: str = "", means: str = "", email: str = "") -> Feedback:
    """Keep a message and write it to the secretariat."""
    with atomic() as session:
        said = Feedback(words=words, page=page, means=means, email=email, language=lang, at=clock.now())
        session.add(said)
        session.flush()
        record("home.feedback", actor=None, subject="site:1", audience_id=audience_of(STEWARDS), url=LIST)
        readers = sa.select(Person).where(Person.steward, Person.state == "active").order_by(Person.id)
        for reader in session.scalars(readers.limit(MOST_READERS)).all():
            mail.post(
                "accessibility", reader.email, reader.language, timezone=reader.timezone, person_id=reader.id,
                key=f"feedback-{said.id}-{reader.id}", said=said, url=f"{setting('BASE_URL')}{LIST}",
            )  # fmt: skip
    return said


# --- the secretariat's page -----------------------------------------------------------------------------------


@bp.get(LIST)
@ruled("admin.read")
def index() -> Response:
    """Show what was said, what is open first."""
    require("admin.read", True)
    rows = sa.select(Feedback).order_by(Feedback.done.is_not(None), Feedback.id.desc()).limit(MOST_SHOWN)
    return pages.page("home/feedback.html", place="admin", shown=db.session.scalars(rows).all())


@bp.post(f"{LIST}/<int:number>/done")
@ruled("admin.read")
def done(number: int) -> Response:
    """Say that a message was dealt with."""
    require("admin.read", True)
    said, who = get_or_none(Feedback, number) or abort(404), person()

    def settled() -> str:
        with atomic():
            if said.done is None:
                said.done = clock.now()
                audit.note(who, "site.feedback_done", "site:1", number=said.id)
        return LIST

    return pages.acted("admin.feedback", settled, _("It is marked as dealt with."))


@jobs.hourly
def forget() -> None:
    """Forget messages after the time that the privacy page names."""
    with atomic():
        old = clock.now() - dt.timedelta(days=setting("FEEDBACK_DAYS"))
        db.session.execute(sa.delete(Feedback).where(Feedback.at < old))
