"""Cases, the reports that opened them, and the decisions that closed them."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import Thing
from app.core.database import UtcDateTime, known_as
from app.extensions import Model, db
from app.members.models import Person


class Case(Thing, Model):
    """Something that somebody has to decide about: reported, or a first post that waits."""

    __tablename__ = "moderation_case"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # those who decide
    about: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    open_about: so.Mapped[str | None] = so.mapped_column(sa.String(60), unique=True)  # until it is decided
    form: so.Mapped[str] = so.mapped_column(sa.String(12))  # report, first
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="open", index=True)  # open, appeal, done
    space_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    author_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # whose it is, as a line
    said: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # its words when it was first reported
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    about_url: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    reports: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    due: so.Mapped[dt.datetime | None] = so.mapped_column(
        UtcDateTime, index=True
    )  # then the secretariat's too

    kind = "case"

    @property
    def title(self) -> str:  # type: ignore[override]
        """How a case is called everywhere: without a word of what it is about."""
        return f"#{self.id}"

    @property
    def of_secretariat(self) -> bool:
        """Whether its author is of the secretariat."""
        author = db.session.get(Person, self.author_id or 0)
        return author is not None and (author.steward or author.moderator)

    @property
    def url(self) -> str:
        """The page where it is decided."""
        return f"/moderation/{self.id}"


class Report(Model):
    """What one person said about a thing. Who it was is on no page."""

    __tablename__ = "moderation_report"
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id"),)
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    case_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("moderation_case.id"))
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    reason: so.Mapped[str] = so.mapped_column(sa.String(20))
    words: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Decision(Thing, Model):
    """What was decided, by whom, why; and what came of it when its author asked for another look."""

    __tablename__ = "moderation_decision"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # whom it concerns
    case_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("moderation_case.id"), index=True)
    author_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    deed: so.Mapped[str] = so.mapped_column(sa.String(12))
    reason: so.Mapped[str] = so.mapped_column(sa.String(20), default="")  # which rule
    words: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    by_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    until: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    appeal_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    appeal: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    answer: so.Mapped[str] = so.mapped_column(sa.String(12), default="")  # kept, changed
    answer_words: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    answer_by_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    answer_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)

    kind = "decision"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Named by its case."""
        return f"#{self.case_id}"

    @property
    def url(self) -> str:
        """The page that its author reads."""
        return f"/decisions/{self.id}"

    @property
    def appealed(self) -> bool:
        """Whether its author asked for another look and waits for the answer."""
        return self.appeal_at is not None and not self.answer


def open_to_appeal(decision: t.Any) -> bool:
    """Say whether this kind of decision can be looked at again, and was not yet."""
    return decision.deed in ("hide", "redact", "warn", "suspend") and decision.appeal_at is None


known_as("case", Case)
known_as("decision", Decision)
