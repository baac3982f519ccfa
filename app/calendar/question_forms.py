"""The form of a question to those who come: shape, labels, words of errors; it writes nothing."""

import typing as t

from wtforms import BooleanField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Optional

from app.calendar.forms import line
from app.core import questions
from app.core.attaching import Given, Ours, options
from app.core.languages import _, lazy
from app.core.text import clean_line, clean_text
from app.members.forms import OneOf


class OneQuestion(Ours):
    """One question to those who come."""

    words = line(lazy("Question"), 300, DataRequired(lazy("Write the question.")))
    hint = line(lazy("Hint below the question"), 300)
    form = SelectField(lazy("Kind of answer"), [OneOf(lambda: questions.KINDS)], validate_choice=False,
                       choices=lambda: options(questions.KINDS.items()))  # fmt: skip
    options = TextAreaField(lazy("Answers to choose from"), [Optional()], filters=[clean_text])
    required = BooleanField(lazy("Has to be answered"))
    after = SelectField(lazy("When it is asked"), [Given()], choices=[], validate_choice=False, default="")

    def offer(self, before: t.Sequence[questions.Question]) -> "OneQuestion":
        """Offer the answers to earlier questions after which this one can be asked."""
        some = [
            (f"{one.id}:{key}", _("Only if “%(question)s” is answered with “%(answer)s”", question=one.words, answer=word))
            for one in before if one.kind in questions.DECIDING for key, word in questions.answers_of(one)
        ]  # fmt: skip
        self.after.choices = options([("", _("Always")), *some])
        return self

    def validate_options(self, field: t.Any) -> None:
        """At least two answers where one chooses, each once and short enough."""
        if self.form.data not in questions.CHOSEN:
            return
        given = self.answers()
        if len(given) < 2:
            raise ValidationError(_("Write at least two answers, each on a line of its own."))
        if len(given) > questions.MOST_OPTIONS or max(map(len, given)) > questions.MOST_SIGNS:
            raise ValidationError(
                _("At most %(num)s answers, each of at most %(signs)s characters.", num=questions.MOST_OPTIONS,
                  signs=questions.MOST_SIGNS)
            )  # fmt: skip

    def validate_after(self, field: t.Any) -> None:
        """One of what is offered."""
        if field.data not in {one.value for one in field.choices}:
            raise ValidationError(_("Choose one of the list."))

    def answers(self) -> list[str]:
        """Return the answers to choose from, each once."""
        lines = (clean_line(one) for one in (self.options.data or "").splitlines())
        return list(dict.fromkeys(one for one in lines if one))

    def fields(self) -> dict[str, t.Any]:
        """Return what the form says."""
        number, _colon, value = (self.after.data or "").partition(":")
        return {
            "words": self.words.data, "hint": self.hint.data or "", "form": self.form.data, "required": bool(self.required.data),
            "options": self.answers() if self.form.data in questions.CHOSEN else [], "after_id": int(number or 0), "value": value,
        }  # fmt: skip
