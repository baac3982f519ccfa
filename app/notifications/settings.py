"""The page on which a person chooses how to hear of what: kinds and ways, groups, the summary, quiet, a pause."""

import datetime as dt
import typing as t

from flask import Blueprint, Response, request
from wtforms import BooleanField, DateField, SelectChoice, SelectField
from wtforms.validators import Optional

from app.core import limits, mail, pages, when
from app.core.database import atomic, setting
from app.core.forms import PageForm
from app.core.languages import _, lazy
from app.core.policy import Me, person, require, ruled
from app.extensions import db
from app.members import acts as members
from app.members import names
from app.members.models import Person
from app.notifications import following, kinds, plans
from app.notifications.models import NoticePlan

bp = Blueprint("notice_settings", __name__)
HERE = "/settings/notices"
HOURS = range(24)
CHECKS_AN_HOUR = 5
DAYS = range(7)
MONDAY = dt.date(2026, 1, 5)
EVERY = {"daily": lazy("Every day"), "weekly": lazy("Every week"), "never": lazy("None")}
PLAN = ("every", "weekday", "hour", "quiet", "quiet_from", "quiet_to", "weekend", "paused_until", "signs_in")


def _day_words() -> list[SelectChoice]:
    return [SelectChoice(n, when.date(MONDAY + dt.timedelta(days=n), "EEEE")) for n in DAYS]


def _hour_words() -> list[SelectChoice]:
    return [SelectChoice(n, f"{n:02}:00") for n in HOURS]


class PlanForm(PageForm):
    """The summary, quiet hours, a pause, and whether others see that one is here."""

    every = SelectField(
        lazy("Summary by e-mail"),
        choices=[SelectChoice(key, word) for key, word in EVERY.items()],
    )
    weekday = SelectField(lazy("Day"), coerce=int, choices=_day_words)
    hour = SelectField(lazy("At"), coerce=int, choices=_hour_words)
    quiet = BooleanField(lazy("No e-mail at night"))
    quiet_from = SelectField(lazy("From"), coerce=int, choices=_hour_words)
    quiet_to = SelectField(lazy("Until"), coerce=int, choices=_hour_words)
    weekend = BooleanField(lazy("No e-mail on Saturday and Sunday"))
    paused_until = DateField(lazy("No e-mail at all until"), [Optional()])
    signs_in = BooleanField(lazy("Its links sign me in, once and within a week"))
    shown = BooleanField(lazy("Show that I am here, only inside groups I belong to"))


def _mine() -> tuple[Me, NoticePlan]:
    who = t.cast(Me, require("notices.own", person()))
    return who, plans.of(who.id, who.timezone)


@bp.get(HERE)
@ruled("notices.own")
def index() -> Response:
    """Show what is chosen."""
    who, plan = _mine()
    return _page(who, PlanForm(formdata=None, obj=plan, shown=who.shown))


def _page(who: Me, form: PlanForm, status: int = 200) -> Response:
    chosen = kinds.chosen_by(who.id)
    email = db.session.get_one(Person, who.id).email
    rows = [(k, word, kinds.usual(k, None, chosen), kinds.ways_of(k)) for k, word in kinds.KINDS.items()]
    places = [(one, chosen.get((one.id, ""), "")) for one in following.groups(who)]
    return pages.page(
        "settings/notices.html", status, tab="notices", noindex=True, error=status != 200, form=form, rows=rows,
        places=places, ways=kinds.WAYS, email=email, refused=mail.refusal(email),
        place_words=names.zone_words(who.timezone),
    )  # fmt: skip


@bp.post(HERE)
@ruled("notices.own")
def saved() -> Response:
    """Keep what is chosen; what the form does not hold stays as it is."""
    who, plan = _mine()
    form = PlanForm(obj=plan)
    ways = _ways(who)
    good = form.validate()
    if ways is None:
        form.form_errors.append(_("Choose one from the list."))
    if not good or ways is None:
        return _page(who, form, 422)
    values = {name: form[name].data for name in PLAN}

    def change() -> str:
        with atomic():
            members.set_presence(who, bool(form.shown.data))
            plans.choose(who, ways, values)
        return HERE

    return pages.acted("notices.chosen", change, _("Saved."))


def _ways(who: Me) -> dict[tuple[int, str], str | None] | None:
    """Return what was chosen for kinds and for groups; None where something is none of the choices."""
    sent: dict[tuple[int, str], str | None] = {}
    for kind in kinds.KINDS:
        way = request.form.get(f"way-{kind}")
        if way is not None and way not in kinds.ways_of(kind):
            return None
        if way is not None:
            sent[0, kind] = None if way == kinds.USUAL[kind] else way
    for one in following.groups(who):
        way = request.form.get(f"group-{one.id}")
        if way not in (None, "", *kinds.WAYS):
            return None
        if way is not None:
            sent[one.id, ""] = way or None
    return sent


@bp.post(f"{HERE}/mail")
@ruled("notices.own")
def try_again() -> Response:
    """Send a mail to an address that refused one: when it is taken, notices come again."""
    who, _plan = _mine()
    row = db.session.get_one(Person, who.id)
    limits.hourly("mail-check", who.id, CHECKS_AN_HOUR)

    def sent() -> str:
        with atomic():
            mail.post(
                "mail_check",
                row.email,
                row.language,
                timezone=row.timezone,
                person_id=row.id,
                url=setting("BASE_URL") + HERE,
            )
        return HERE

    return pages.acted(
        "notices.mail_check", sent, _("A mail is on its way. When it arrives, notices come by mail again.")
    )
