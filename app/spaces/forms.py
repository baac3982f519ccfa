"""The forms of spaces: shape, labels, words of errors; they write nothing."""

import typing as t

from wtforms import Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.members import names
from app.members.models import KINDS
from app.members.organisation_forms import country_codes
from app.members.profile_forms import theme_choices
from app.spaces.models import ATTRIBUTES, ENCLOSED
from app.spaces.words import FORMS, JOINING, SIGHTS_CHOICE, WAYS


def _line(value: t.Any) -> str:
    return clean_line(value)


def _text(value: t.Any) -> str:
    return clean_text(value)


def whole(value: t.Any) -> int:
    """Return the number that a choice means, 0 for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def among(_form: Form, field: t.Any) -> None:
    """Refuse what is not among the choices, in our words."""
    if field.data not in [choice.value for choice in field.choices]:
        raise ValidationError(_("Choose one of the options."))


ANY = lazy("Any")


def part_of_rule(label: t.Any) -> SelectField:
    """One attribute of organisations; empty: whatever it is."""
    return SelectField(label, [among], validate_choice=False, default="", choices=[SelectChoice("", ANY)])


class SpaceForm(Form):
    """What a space is called, who sees it, how one gets in."""

    name = StringField(
        lazy("Name of the group"),
        [
            InputRequired(lazy("Write a name for the group.")),
            Length(3, 120, lazy("A name has 3 to 120 characters.")),
        ],
        filters=[_line],
    )
    summary = TextAreaField(
        lazy("What it is for"),
        [
            InputRequired(lazy("Say in a sentence what the group is for.")),
            Length(max=600, message=lazy("The text has 600 characters at most.")),
        ],
        filters=[_text],
    )
    sight = RadioField(
        lazy("Who can see it"),
        [InputRequired(lazy("Choose who can see the group.")), among],
        validate_choice=False,
        choices=[SelectChoice(*pair) for pair in SIGHTS_CHOICE.items()],
        default="members",
    )
    joining = RadioField(
        lazy("How members come in"),
        [InputRequired(lazy("Choose how members come in.")), among],
        validate_choice=False,
        choices=[SelectChoice(*pair) for pair in JOINING.items()],
        default="open",
    )
    rule_coalition = part_of_rule(lazy("Coalition"))
    rule_kind = part_of_rule(lazy("Kind of organisation"))
    rule_region = part_of_rule(lazy("Region"))
    rule_country = part_of_rule(lazy("Country"))
    rule_theme = part_of_rule(lazy("Theme"))
    steward = False  # whether the secretariat fills it in
    own_coalition = ""  # the key of the coalition that it lies in
    in_coalition = True  # whether the space lies in a coalition; set by who shows the form

    def validate_joining(self, field: t.Any) -> None:
        """Nobody can ask for what nobody outside knows."""
        ways = WAYS.get(self.sight.data or "")
        if ways and field.data in dict(JOINING) and field.data not in ways:
            told = {
                "private": _("A private group is not open to everybody: let members ask, or add them."),
                "hidden": _("Nobody outside knows of a hidden group: its facilitators add members."),
            }
            raise ValidationError(told[self.sight.data])
        if field.data != "automatic":
            return
        if not self.steward and not self.own_coalition:
            raise ValidationError(_("Outside a coalition only the secretariat makes automatic groups."))
        if self.sight.data in ENCLOSED and self.rule_theme.data:
            said = _(
                "Members choose their themes themselves: a theme lets nobody into a private or hidden group."
            )
            raise ValidationError(said)
        if not any(self.rule().values()):
            raise ValidationError(_("Choose below whose people are members by themselves."))

    def rule(self) -> dict[str, str]:
        """Return whose people are in by themselves; who is not of the secretariat stays in the own coalition."""
        said = {name: self[f"rule_{name}"].data or "" for name in ATTRIBUTES}
        if not self.steward and any(said.values()):
            said["coalition"] = self.own_coalition
        return {name: value for name, value in said.items() if value}

    def offer(self, coalitions: dict[str, str], steward: bool, own: str) -> None:
        """Fill in the choices of the rule; `coalitions` are names by key, `own` is the one that the space lies in."""
        self.steward, self.own_coalition = steward, own
        named = coalitions if steward else {key: name for key, name in coalitions.items() if key == own}
        choices: dict[str, t.Any] = {
            "coalition": named,
            "kind": {kind: names.kind_word(kind) for kind in KINDS},
            "region": names.REGIONS,
            "country": country_codes(),
            "theme": dict(theme_choices()),
        }
        for name, rows in choices.items():
            found = [SelectChoice(*row) for row in rows.items() if row[0]]
            self[f"rule_{name}"].choices = [SelectChoice("", ANY), *found]

    def validate_sight(self, field: t.Any) -> None:
        """Who sees it depends on where it lies."""
        if field.data == "coalition" and not self.in_coalition:
            raise ValidationError(_("This group does not lie in a coalition."))


def worded(form: type[SpaceForm], codes: t.Sequence[str]) -> type[SpaceForm]:
    """Return a form of spaces with a name and a summary in each of these languages; who leaves one empty has none."""
    long = Optional(), Length(3, 120, lazy("A name has 3 to 120 characters."))
    short = Length(max=600, message=lazy("The text has 600 characters at most."))
    names = {f"name_{code}": StringField(lazy("Name of the group"), long, filters=[_line]) for code in codes}
    said = {f"summary_{c}": TextAreaField(lazy("What it is for"), [short], filters=[_text]) for c in codes}
    return type("WordedForm", (form,), {**names, **said})


class GroupForm(SpaceForm):
    """A new working group or national chapter."""

    form = RadioField(
        lazy("Kind of group"),
        [among],
        validate_choice=False,
        choices=[SelectChoice(key, FORMS[key]) for key in ("group", "chapter")],
        default="group",
    )
    parent = SelectField(
        lazy("Belongs to"),
        [InputRequired(lazy("Choose where the group belongs.")), among],
        coerce=whole,
        validate_choice=False,
    )
    coalitions: t.Collection[int] = ()  # the spaces to choose from that are coalitions

    def validate_form(self, field: t.Any) -> None:
        """A national chapter lies right in a coalition."""
        if field.data == "chapter" and self.parent.data not in self.coalitions:
            raise ValidationError(_("A national chapter belongs to a coalition. Choose the coalition above."))


class AddForm(Form):
    """A person to add, by handle."""

    handle = StringField(
        lazy("Handle of the person"),
        [
            InputRequired(lazy("Write the handle of a person, such as @name.")),
            Length(max=60, message=lazy("A handle is not that long.")),
        ],
        filters=[lambda value: clean_line(value).removeprefix("@").lower()],
    )
