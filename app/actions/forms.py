"""The forms of actions: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.actions import naming, words
from app.actions.acts import BUILDS, FROM, needs_reason
from app.core import dates, languages
from app.core.database import setting
from app.core.forms import PageForm, Ticks
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.members import goals
from app.members.forms import OneOf, offered
from app.members.profile_forms import ThemeChoice
from app.spaces.forms import among, whole

READERS: dict[str, t.Any] = {
    "public": lazy("Everyone, also without an account"),
    "members": lazy("Members of the network"),
    "space": lazy("Members of the group only"),
}
FIRST_YEAR, LAST_YEAR = 1945, 2200


def line(label: t.Any, most: int, *rules: t.Any) -> StringField:
    """One line of words."""
    fits = Length(max=most, message=lazy("This has at most %(num)s characters.", num=most))
    return StringField(label, [*rules, fits], filters=[clean_line])


def lines(label: t.Any, most: int, *rules: t.Any) -> TextAreaField:
    """Some lines of words."""
    fits = Length(max=most, message=lazy("This text has at most %(num)s characters.", num=most))
    return TextAreaField(label, [*rules, fits], filters=[clean_text])


def choice(label: t.Any, known: dict[str, t.Any]) -> SelectField:
    """One of a list, or nothing said."""
    return SelectField(
        label, [OneOf(lambda: {"", *known})], validate_choice=False, default="",
        choices=lambda: [SelectChoice("", "–"), *(SelectChoice(key, str(word)) for key, word in known.items())],
    )  # fmt: skip


def a_day(_form: t.Any, field: t.Any) -> None:
    """A date as exact as it is known."""
    parts = dates.parts_of(field.data or "")
    if field.data and (not parts or not FIRST_YEAR <= parts[0] <= LAST_YEAR):
        raise ValidationError(_("Write a year, a month or a day, like 2027, 2027-03 or 2027-03-21."))


def tongue() -> SelectField:
    """The language in which something is said."""
    return SelectField(lazy("Language of these words"), [among], choices=offered, validate_choice=False)


def group() -> SelectField:
    """The group in which it stands."""
    return SelectField(
        lazy("Group"), [InputRequired(lazy("Choose a group.")), among], coerce=whole, validate_choice=False, choices=[]
    )  # fmt: skip


def readers(usual: str) -> RadioField:
    """Who can read it."""
    return RadioField(
        lazy("Who can read it"), [among], validate_choice=False, default=usual,
        choices=lambda: [SelectChoice(key, str(word)) for key, word in READERS.items()],
    )  # fmt: skip


class InGroup(PageForm):
    """What stands in a group (`space`), for some readers (`audience`), from a day (`begins`) to another one (`ends`).

    Its fields are named by the forms themselves: what is wrong is said in their order."""

    offers: t.Mapping[int, t.Collection[str]] = {}  # the readers that each group allows
    viewer: t.Any = None

    def validate_audience(self, field: t.Any) -> None:
        """Who may read it depends on the group."""
        allowed = self.offers.get(self.space.data)
        if allowed is not None and field.data not in allowed:
            raise ValidationError(
                _("In this group, things can be read by fewer people. Choose another answer.")
            )

    def validate_ends(self, _field: t.Any) -> None:
        """Time goes forward."""
        first, last = dates.first_day(self.begins.data or ""), dates.last_day(self.ends.data or "")
        if first and last and last < first:
            raise ValidationError(_("The end lies before the beginning. Change one of them."))


class ActionForm(InGroup):
    """What is to be done together, by whom, until when, and where it comes from."""

    title = line(lazy("What is to be done"), 160, DataRequired(lazy("Say in a line what is to be done.")))
    detail = lines(lazy("More about it"), 10_000)
    language, space, audience = tongue(), group(), readers("members")
    lead = line(lazy("Lead"), 240)
    partners = lines(lazy("Partners"), 6000)
    asked = line(lazy("Who else is asked to act"), 300)
    for_whom = line(lazy("For whom"), 300)
    begins = line(lazy("From"), 10, a_day)
    ends = line(lazy("Until"), 10, a_day)
    rhythm = line(lazy("In other words"), 200)
    form = choice(lazy("Kind"), words.FORMS)
    themes = ThemeChoice(lazy("Themes"))
    sdgs = Ticks(lazy("Sustainable Development Goals"), goals.goals)
    commitments = Ticks(lazy("Commitments of the plan of action"), goals.commitments)
    funding = choice(lazy("Funding"), words.FUNDING)
    means = line(lazy("More on its funding"), 300)
    origin = SelectField(
        lazy("Agreed at"), [among], coerce=whole, validate_choice=False, choices=[], default=0
    )
    line_ = line(lazy("Number or line there"), 60)
    came_from = lines(lazy("Comes from"), 2000)
    builds = lines(lazy("Builds on"), 2000)
    builds_on = line(lazy("Builds on, in words"), 500)
    may_name: t.Collection[int] | None = None  # organisations that may be named; None: every one
    own: t.Collection[int] = ()  # those that stand there already
    made: dict[str, t.Any]

    def validate_lead(self, field: t.Any) -> None:
        """One member that there is, and that may be named."""
        found = self._named([field.data] if field.data else [])
        self.made["lead_id"] = found[0] if found else None

    def validate_partners(self, field: t.Any) -> None:
        """Members that there are, and that may be named."""
        self.made["partner_ids"] = self._named(naming.parted(field.data or ""))

    def _named(self, names: list[str]) -> list[int]:
        found, wrong = naming.organisations(names, self.viewer)
        if wrong:
            raise ValidationError(
                _(
                    "There is no member called %(names)s. Write the name as on its page, or its three letters.",
                    names=", ".join(wrong[:5]),
                )
            )  # fmt: skip
        if self.may_name is not None and not {*self.may_name, *self.own}.issuperset(found):
            raise ValidationError(
                _(
                    "You can name members that you may answer for. Others take part by a button on the page of the action."
                )
            )
        return found

    def validate_came_from(self, field: t.Any) -> None:
        """Addresses of things here."""
        self._addressed(FROM, field)

    def validate_builds(self, field: t.Any) -> None:
        """Addresses of things here."""
        self._addressed(BUILDS, field)

    def _addressed(self, kind: str, field: t.Any) -> None:
        rows = [row for row in (field.data or "").split() if row][: naming.MOST]
        things = [naming.thing_at(row, self.viewer) for row in rows]
        wrong = [row for row, thing in zip(rows, things, strict=True) if thing is None]
        if wrong:
            raise ValidationError(
                _(
                    "Nothing that you can read stands at this address here: %(address)s",
                    address=wrong[0][:100],
                )
            )
        self.made.setdefault("ties", {})[kind] = [thing.ref for thing in things if thing is not None]

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says of the action itself."""
        plain = ("title", "detail", "language", "asked", "for_whom", "begins", "ends", "rhythm", "form", "funding", "means",
                 "builds_on")  # fmt: skip
        return {
            **{name: getattr(self, name).data or "" for name in plain},
            **{name: " ".join(self[name].data or ()) for name in ("sdgs", "commitments")}, "line": self.line_.data or "",
            "origin_id": self.origin.data or None, "lead_id": self.made.get("lead_id"),
        }  # fmt: skip


class StateForm(PageForm):
    """Where an action stands now, and why."""

    state = RadioField(
        lazy("Status"), [OneOf(lambda: words.STATES)], validate_choice=False,
        choices=lambda: [SelectChoice(key, str(word)) for key, word in words.STATES.items()],
    )  # fmt: skip
    why = lines(lazy("Why, or what came of it"), 500)
    before = ""

    def validate_why(self, field: t.Any) -> None:
        """Some changes have to say why."""
        if (
            self.state.data != self.before
            and needs_reason(self.before, self.state.data or "")
            and not field.data
        ):
            raise ValidationError(_("Say in a sentence why."))


def _short_enough(_form: t.Any, field: t.Any) -> None:
    if len(field.data or "") > setting("POST_MAX"):
        raise ValidationError(_("This text has at most %(num)s characters.", num=setting("POST_MAX")))


class NoteForm(PageForm):
    """How it goes."""

    body = TextAreaField(
        lazy("How it goes"), [DataRequired(lazy("Write a few words.")), _short_enough], filters=[clean_text]
    )
    readers = RadioField(
        lazy("Who can read the note"),
        [OneOf(lambda: ("all", "inside"))],
        validate_choice=False,
        default="all",
        choices=[],
    )
    language = SelectField(lazy("Language of your text"), [among], choices=offered, validate_choice=False)

    def offer(self, inside: t.Any) -> "NoteForm":
        """Say who reads each kind of note."""
        self.readers.choices = [
            SelectChoice("all", _("Everybody who can read the action")),
            SelectChoice("inside", inside),
        ]
        self.language.data = self.language.data or languages.language()
        return self


class MilestoneForm(PageForm):
    """What is to be reached, and when."""

    title = line(
        lazy("What is to be reached"), 160, DataRequired(lazy("Say in a line what is to be reached."))
    )
    day = line(lazy("When"), 10, DataRequired(lazy("Write when.")), a_day)


class EvidenceForm(PageForm):
    """What shows how an action goes: something that has an address here."""

    address = line(
        lazy("Address on this site"), 500, DataRequired(lazy("Write the address of something on this site."))
    )
    viewer: t.Any = None
    found: t.Any = None

    def validate_address(self, field: t.Any) -> None:
        """Something that its writer can read."""
        self.found = naming.thing_at(field.data or "", self.viewer)
        if self.found is None:
            raise ValidationError(
                _(
                    "Nothing that you can read stands at this address here: %(address)s",
                    address=field.data[:100],
                )
            )


class NeedForm(PageForm):
    """What an action needs."""

    form = SelectField(
        lazy("Kind of need"), [OneOf(lambda: words.NEEDS)], validate_choice=False,
        choices=lambda: [SelectChoice(key, str(word)) for key, word in words.NEEDS.items()],
    )  # fmt: skip
    what = line(lazy("What is needed"), 160, DataRequired(lazy("Say in a line what is needed.")))
    until = line(lazy("Needed by"), 10, a_day)


class PledgeForm(PageForm):
    """What an organisation offers."""

    words = lines(lazy("What you offer"), 500, DataRequired(lazy("Say in a sentence what you offer.")))
