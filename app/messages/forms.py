"""The forms of messages: shape, labels, words of errors; they write nothing."""

import re
import typing as t

from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import Optional

from app.core.attaching import WithFiles, body
from app.core.attaching import sent as sent
from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.text import HANDLE, clean_line
from app.members.forms import OneOf
from app.messages.models import EVERYBODY, GROUPS, NOBODY

CHOICES = {
    EVERYBODY: lazy("Everybody in the network"),
    GROUPS: lazy("People of my organisation, my coalition and my groups"),
    NOBODY: lazy("Nobody"),
}


class Write(WithFiles):
    """A message."""

    body = body(lazy("Your message"), lazy("Write your message."))


class Begin(Write):
    """A message to people who are chosen here."""

    who = StringField(lazy("To"), [Optional()], filters=[clean_line])

    def handles(self) -> list[str]:
        """Return the handles that were typed: those behind an @, or all that stands there. Other words are a name."""
        words = (self.who.data or "").lower()
        alone = HANDLE.fullmatch("@" + words.removeprefix("@"))
        return [alone[1]] if alone else list(dict.fromkeys(HANDLE.findall(words)))

    def rest(self, known: t.Collection[str]) -> str:
        """Return what was typed besides handles that are known."""
        words = [
            one
            for one in re.split(r"[\s,;]+", self.who.data or "")
            if one.lower().removeprefix("@") not in known
        ]
        return " ".join(words)


class Choose(PageForm):
    """Who may begin to write to me."""

    who = RadioField(
        lazy("Who may begin to write to you"), [OneOf(lambda: CHOICES)], validate_choice=False,
        choices=lambda: [SelectChoice(key, str(word)) for key, word in CHOICES.items()],
    )  # fmt: skip
