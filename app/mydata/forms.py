"""What is asked before an account is erased."""

from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.forms import PageForm
from app.core.languages import lazy
from app.core.text import clean_line

WORDS = [
    SelectChoice("keep", lazy("They stay, as the words of a former member")),
    SelectChoice("take", lazy("They are taken away")),
]


class Leave(PageForm):
    """How one leaves: what becomes of one's own words, and that one means it."""

    words = RadioField(lazy("What was written personally"), [InputRequired(lazy("Choose what becomes of the words."))],
                       choices=WORDS)  # fmt: skip
    sure = BooleanField(
        lazy("Erase the account. It cannot be brought back."), [InputRequired(lazy("Tick this to go on."))]
    )


class Order(Leave):
    """How the secretariat erases somebody: with a reason."""

    reason = StringField(lazy("Reason"), [DataRequired(lazy("Write why, in a few words.")), Length(max=300)],
                         filters=[clean_line])  # fmt: skip
