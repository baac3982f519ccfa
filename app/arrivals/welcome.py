"""The first five steps of somebody who has just come in: each can be skipped, and gone on with later."""

import typing as t

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request
from markupsafe import Markup
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core import languages, pages, panels, watches
from app.core.audience import MEMBERS, Viewer, audience_of, bound, in_sight
from app.core.database import atomic, locate
from app.core.forms import PageForm
from app.core.hearing import said
from app.core.languages import _, language, lazy
from app.core.panels import panel
from app.core.policy import Me, person, require, ruled
from app.core.text import clean_text
from app.extensions import db
from app.members import acts as members
from app.members import names, profile
from app.members.forms import OneOf, ZoneField, offered
from app.members.models import Organisation, Person
from app.members.organisation_forms import Written
from app.members.profile_forms import ThemeChoice
from app.spaces.queries import tree

bp = Blueprint("welcome", __name__)
STEPS = {
    "photo": lazy("Photo and organisation"),
    "languages": lazy("Languages"),
    "themes": lazy("Themes"),
    "follow": lazy("Follow three things"),
    "introduce": lazy("Introduce yourself"),
}
OFFERED = 6
Share = t.Callable[[Me, str, str], str]
_share: list[Share] = []


def shares_with(fn: Share) -> None:
    """Name what shares an update: fn(who, words, language) returns its address."""
    if fn not in _share:
        _share.append(fn)


def left(who: t.Any) -> list[str]:
    """Return the steps that are still to be done."""
    return [step for step in STEPS if step in who.welcome.split()]


def begin(person_id: int) -> None:
    """Somebody has come in: all steps are before them. Inside atomic()."""
    _keep(person_id, list(STEPS))


def _keep(person_id: int, steps: list[str]) -> None:
    row = sa.update(Person).where(Person.id == person_id).values(welcome=" ".join(steps))
    db.session.execute(row)


def done(who: Me, step: str, fn: t.Callable[[], t.Any]) -> str:
    """Do what a step is about, and go on to the next one that is left."""
    with atomic():
        fn()
        _keep(who.id, [one for one in left(who) if one != step])
    return following(who, step)


def following(who: Me, step: str) -> str:
    """Return the address of the step after this one that is left; home after the last."""
    order = list(STEPS)
    later = [one for one in order[order.index(step) + 1 :] if one in left(who)]
    return f"/welcome/{later[0]}" if later else "/"


class Tongues(PageForm):
    """The site's language, the time zone, and what one speaks."""

    language = SelectField(
        lazy("Language of this site"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )
    timezone = ZoneField(lazy("Time zone"))
    speaks = Written(lazy("Languages you speak"))


class Themes(PageForm):
    """What one knows about."""

    themes = ThemeChoice(lazy("Themes you know about"))


class Words(PageForm):
    """A few words to all members."""

    body = TextAreaField(
        lazy("Your words"),
        [DataRequired(lazy("Write a few words, or skip this step.")),
         Length(max=2000, message=lazy("This text has at most 2,000 characters."))], filters=[clean_text],
    )  # fmt: skip
    language = SelectField(
        lazy("Language of the text"), [OneOf(languages.offered)], choices=offered, validate_choice=False
    )


@bp.get("/welcome")
@ruled("settings.own")
def index() -> Response:
    """Go on where one was."""
    who = require("settings.own", person())
    return pages.see_other(f"/welcome/{(left(who) or list(STEPS))[0]}")


def _mine(step: str) -> Me:
    if step not in STEPS:
        abort(404)
    return require("settings.own", person())


@bp.get("/welcome/<step>")
@ruled("settings.own")
def show(step: str) -> Response:
    """Show one step."""
    who = _mine(step)
    return _page(who, step, _form(who, step))


def _form(who: Me, step: str) -> t.Any:
    one = db.session.get_one(Person, who.id)
    if step == "languages":
        spoken = [row.code for row in profile.speaks(who.id)]
        return Tongues(formdata=None, language=one.language, timezone=one.timezone, speaks=spoken)
    if step == "themes":
        return Themes(formdata=None, themes=[row.key for row in profile.themes_of(one)])
    if step == "introduce":
        return Words(formdata=None, language=language(), body=_template(who))
    return None


def _template(who: Me) -> str:
    lines = [
        _("Hello, this is %(name)s, %(organisation)s.", name=who.name, organisation=who.org.name)
        if who.org else _("Hello, this is %(name)s.", name=who.name),
        _("What we work on at the moment: …"), _("What we can help others with: …"), _("What we would like to learn: …"),
    ]  # fmt: skip
    return "\n\n".join(str(line.unescape()) for line in lines)


def _page(who: Me, step: str, form: t.Any, status: int = 200) -> Response:
    one = db.session.get_one(Person, who.id)
    return pages.page(
        f"arrivals/welcome_{step}.html", status, place="home", noindex=True, step=step, steps=STEPS, left=left(who),
        number=list(STEPS).index(step) + 1, after=following(who, step), form=form, one=one, who=who, error=status != 200,
        things=_things(who) if step == "follow" else [], hearers=_hearers(who) if step == "introduce" else "",
    )  # fmt: skip


def _hearers(who: Me) -> Markup:
    """Return the line that says who will see the introduction."""
    what = said("feed.shared", who, audience_of(MEMBERS))
    return Markup("").join(panels.drawn("composer", what))


_o = Organisation.__table__
_NEAR = (
    sa.select(_o.c.id, _o.c.name, _o.c.form, _o.c.code)
    .where(
        in_sight(_o.c.audience_id), _o.c.standing != "other", _o.c.id.not_in(sa.bindparam("own", expanding=True)),
        sa.or_(
            _o.c.coalition.in_(sa.select(_o.c.coalition).where(
                _o.c.id.in_(sa.bindparam("own", expanding=True)), _o.c.coalition != "")),
            _o.c.form == "secretariat",
        ),
    )
    .order_by(_o.c.lead.desc(), _o.c.sort_key, _o.c.id)
    .limit(OFFERED)
)  # fmt: skip


class Thing(t.NamedTuple):
    """Something to follow."""

    ref: str
    name: str
    note: str
    on: bool


def _things(who: Me) -> list[Thing]:
    """Return groups and members near this person, with what is followed already."""
    every = [one for top in tree(who.viewer) for one in (top, *top.below)]
    spaces = [(f"space:{one.id}", one.name, str(_("Group"))) for one in every if one.form != "network"][
        :OFFERED
    ]
    found = [*spaces, *_near(who.viewer, [seat.id for seat in who.seats])]
    return [Thing(ref, name, note, watches.level(who.id, ref) == watches.FOLLOW) for ref, name, note in found]


def _near(viewer: Viewer, own: list[int]) -> list[tuple[str, str, str]]:
    rows = db.session.execute(_NEAR, {**bound(viewer), "own": own or [0]})
    return [(f"organisation:{row.id}", row.name, names.kind_word(row.form)) for row in rows]


@bp.post("/welcome/<step>")
@ruled("settings.own")
def kept(step: str) -> Response:
    """Keep what a step asks, and go on."""
    who = _mine(step)
    if step == "introduce":
        return _introduced(who)
    form = {"languages": Tongues, "themes": Themes}.get(step, lambda: None)()
    if form is not None and not form.validate():
        return _page(who, step, form, 422)
    return pages.acted("welcome.step", lambda: done(who, step, lambda: _DEEDS[step](who, form)))


def _nothing(_who: Me, _form: t.Any) -> None:
    """The photo has its own page."""


def _speaks(who: Me, form: Tongues) -> None:
    one = db.session.get_one(Person, who.id)
    one.language, one.timezone = form.language.data, form.timezone.data
    levels = {row.code: row.level for row in profile.speaks(who.id)}
    profile.set_speaks(who.id, [(code, levels.get(code, "")) for code in form.speaks.data])


def _knows(who: Me, form: Themes) -> None:
    one = db.session.get_one(Person, who.id)
    profile.set_themes(one, form.themes.data)
    db.session.expire(one, ["themes"])
    members._reseat(who, who.id)


def _follows(who: Me, _form: t.Any) -> None:
    """Follow what is ticked, as far as it is there and seen."""
    for ref in request.form.getlist("follow")[: 2 * OFFERED]:
        thing = locate(ref) if ref.startswith(("space:", "organisation:")) else None
        if thing is not None and thing.readable_by(who.viewer):
            watches.watch(who.id, ref, watches.FOLLOW)


_DEEDS: dict[str, t.Callable[[Me, t.Any], None]] = {
    "photo": _nothing, "languages": _speaks, "themes": _knows, "follow": _follows,
}  # fmt: skip


def _introduced(who: Me) -> Response:
    form = Words()
    if not form.validate():
        return _page(who, "introduce", form, 422)

    def share() -> str:
        with atomic():
            url = _share[0](who, form.body.data or "", form.language.data or "") if _share else "/"
            done(who, "introduce", lambda: None)
        return url

    return pages.acted("welcome.introduce", share)


@bp.post("/welcome/close")
@ruled("settings.own")
def close() -> Response:
    """Put the steps away."""
    who = require("settings.own", person())

    def away() -> str:
        with atomic():
            _keep(who.id, [])
        return "/"

    return pages.acted(
        "welcome.close", away, _("The first steps are put away. Everything is in your settings too.")
    )


@panel("home", order=1, column="top")
def first_steps(who: t.Any) -> tuple[str, dict[str, t.Any]] | None:
    """What is still before somebody who has just come in."""
    rest = left(who)
    return ("arrivals/_welcome.html", {"rest": rest, "steps": STEPS, "total": len(STEPS)}) if rest else None
