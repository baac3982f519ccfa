"""What can be chosen in the filters of the calendar and in the form of an event, in the reader's words."""

import typing as t

import sqlalchemy as sa

from app.calendar.asked import Asked
from app.calendar.models import DUE, FORMS
from app.core.audience import Viewer, bound, in_sight
from app.core.database import KeptJson, run
from app.core.kept import Kept
from app.core.languages import _, language, lazy
from app.members import goals, names, profile
from app.spaces.models import Space

TONGUES = (
    "en",
    "fr",
    "es",
    "ar",
    "ru",
    "zh",
    "pt",
    "de",
    "it",
)  # those in which meetings of the network are held
DUE_WORD = lazy("Deadline")
_s = Space.__table__
_NAMED = sa.select(_s.c.id, _s.c.name, sa.cast(_s.c.texts, KeptJson).label("texts"), _s.c.form).where(
    in_sight(_s.c.audience_id), sa.or_(_s.c.archived.is_(None), _s.c.id == sa.bindparam("chosen"))
)
_themes: Kept[dict[str, dict[str, str]]] = Kept("calendar_themes", 30, 2)
Options = list[tuple[t.Any, str]]


def themes() -> dict[str, dict[str, str]]:
    """Return the controlled list of themes: key to labels."""
    return _themes.get("", lambda: {row.key: row.labels for row in profile.themes()})


def theme_word(key: str) -> str:
    """Return a theme in the reader's language, nothing for none."""
    return profile.label(themes().get(key, {"en": key})) if key else ""


def tongue(code: str) -> str:
    """Return a language by its own name."""
    return str(names.own_language(code))


def form_word(form: str) -> str:
    """Return the word for a kind of event."""
    return str(FORMS.get(form, DUE_WORD))


def kinds(due: bool = False) -> Options:
    """Return the kinds of events; with `due` deadlines too."""
    return [(key, str(word)) for key, word in FORMS.items()] + [(DUE, str(DUE_WORD))] * due


def own_groups(who: t.Any) -> Options:
    """Return the reader's own groups by name."""
    return [(group.id, group.name) for group in who.groups]


class Filter(t.NamedTuple):
    """One choice above the calendar."""

    name: str
    label: str
    value: t.Any
    options: Options


def filters(who: t.Any, asked: Asked, rows: "list[Named]") -> list[Filter]:
    """Return the filters with what can be chosen; of the groups one's own, and then all others in sight."""
    own = own_groups(who)
    seen = sorted(((row.id, row.name) for row in rows), key=lambda one: names.fold(one[1]))
    other = [one for one in seen if one[0] not in dict(own)]
    forms = {row.id: row.form for row in rows}
    coalitions = [one for one in seen if forms[one[0]] == "coalition"]
    return [
        Filter("group", str(_("Group")), asked.group, own + other),
        Filter("coalition", str(_("Coalition")), asked.coalition, coalitions),
        Filter("theme", str(_("Theme")), asked.theme, theme_words()),
        Filter("kind", str(_("Kind")), asked.kind, kinds(due=True)),
        Filter("language", str(_("Language")), asked.language, tongues()),
        Filter("sdg", str(_("SDG")), asked.sdg, [(key, goals.goal(key)) for key in goals.SDGS]),
        Filter("commitment", str(_("Commitment")), asked.commitment, list(goals.commitments().items())),
    ]


class Named(t.NamedTuple):
    """A space by its name in the reader's language."""

    id: int
    name: str
    form: str


def named(viewer: Viewer, chosen: int) -> list[Named]:
    """Return the groups that a viewer sees, those that are closed aside; and the one that is chosen."""
    lang = language()
    rows = run(_NAMED, {**bound(viewer), "chosen": chosen})
    return [Named(row.id, row.texts.get(lang, {}).get("name") or row.name, row.form) for row in rows]


def place_of(zone: str) -> str:
    """Return the place that a zone is named after, in the reader's language."""
    return zone if zone == "UTC" else names.place_of_zone(zone, language())


def tongues() -> Options:
    """Return the languages that may be spoken somewhere."""
    return [(code, tongue(code)) for code in TONGUES]


def theme_words() -> Options:
    """Return the themes by name."""
    return sorted(((key, theme_word(key)) for key in themes()), key=lambda one: names.fold(one[1]))
