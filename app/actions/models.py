"""Joint actions: what members have agreed to do together, with how they came about, how they go, and what shows it."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.addresses import stands_at
from app.core.audience import Thing, follows_root
from app.core.database import UtcDateTime, known_as
from app.core.text import plain, slug
from app.extensions import Model, db

STATES = ("proposed", "agreed", "going", "held", "done", "dropped")
UNDER_WAY = ("proposed", "agreed", "going")  # what has a day to come, and can be late
AFTERWARDS = ("done", "dropped")  # out of here only with a reason


class Action(Thing, Model):
    """One joint action: a line that says what is to be done, who leads it, until when, and how far it has come."""

    __tablename__ = "joint_action"
    __table_args__ = (
        sa.Index("ix_joint_action_space_id", "space_id"),
        sa.Index("ix_joint_action_state_due", "state", "due"),
    )
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"))
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"), index=True)
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)  # who entered it
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # the author line as it was said
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    detail: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # rendered once
    renderer: so.Mapped[int] = so.mapped_column(default=0)
    form: so.Mapped[str] = so.mapped_column(sa.String(20), default="")  # a key of words.FORMS
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="proposed")  # one of STATES
    state_at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    lead_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    asked: so.Mapped[str] = so.mapped_column(sa.String(300), default="")  # who is asked to act, in words
    for_whom: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    begins: so.Mapped[str] = so.mapped_column(sa.String(10), default="")  # 2018, 2018-12 or 2018-12-31
    ends: so.Mapped[str] = so.mapped_column(sa.String(10), default="")
    due: so.Mapped[dt.date | None]  # the last day of `ends`
    rhythm: so.Mapped[str] = so.mapped_column(sa.String(200), default="")  # "every two years", in words
    funding: so.Mapped[str] = so.mapped_column(sa.String(12), default="")  # a key of words.FUNDING
    means: so.Mapped[str] = so.mapped_column(sa.String(300), default="")  # more on its funding, in words
    builds_on: so.Mapped[str] = so.mapped_column(sa.String(500), default="")  # in words; things are ties
    sdgs: so.Mapped[str] = so.mapped_column(sa.String(60), default="")  # "4 11": goals that it contributes to
    commitments: so.Mapped[str] = so.mapped_column(sa.String(30), default="")  # "1 10": of a plan of action
    origin_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("action_origin.id"), index=True)
    section: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # of where it comes from
    line: so.Mapped[str] = so.mapped_column(sa.String(60), default="")  # its number or line there
    reminded: so.Mapped[dt.date | None]  # the day for which its lead was reminded before
    warned: so.Mapped[dt.date | None]  # the day that its lead was told has passed
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    version: so.Mapped[int] = so.mapped_column(default=0)  # grows with every change
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    changed: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "action"

    @property
    def url(self) -> str:
        """The address of the action."""
        return f"/actions/{self.id}-{slug(self.title)}"

    @property
    def partner_ids(self) -> list[int]:
        """The organisations that take part beside the lead."""
        mine = sa.select(Partner.organisation_id).where(Partner.action_id == self.id)
        return list(db.session.scalars(mine.order_by(Partner.organisation_id)))

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps: the words of the action and of the notes that all its readers see."""
        if self.removed:
            return None
        notes = sa.select(Note.html).where(Note.action_id == self.id, Note.root == self.ref, ~Note.removed)
        more = [plain(html) for html in db.session.scalars(notes.order_by(Note.id))]
        houses = [self.lead_id, self.organisation_id, *self.partner_ids]
        themes = sa.select(ActionTheme.theme).where(ActionTheme.action_id == self.id)
        return {
            "title": self.title, "body": " ".join([plain(self.html), *more]), "lang": self.language,
            "by": self.by["name"], "author": self.author_id, "at": self.at, "more": {"state": self.state},
            "tags": {"in": [self.space_id], "org": sorted(set(filter(None, houses))), "by": [self.author_id],
                     "theme": sorted(db.session.scalars(themes)), "is": [self.state], "sdg": self.sdgs.split(),
                     "commitment": self.commitments.split()},
        }  # fmt: skip


class Partner(Model):
    """An organisation that takes part in an action beside its lead."""

    __tablename__ = "action_partner"
    action_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("joint_action.id"), primary_key=True)
    organisation_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("organisation.id"), primary_key=True, index=True
    )
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class ActionTheme(Model):
    """A theme of an action, by its key in the controlled list."""

    __tablename__ = "action_theme"
    action_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("joint_action.id"), primary_key=True)
    theme: so.Mapped[str] = so.mapped_column(sa.String(40), primary_key=True, index=True)


class Step(Model):
    """An action came into a state: since when, by whom, why."""

    __tablename__ = "action_step"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    action_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("joint_action.id"), index=True)
    state: so.Mapped[str] = so.mapped_column(sa.String(12))
    why: so.Mapped[str] = so.mapped_column(sa.String(500), default="")
    by_id: so.Mapped[int]
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


@follows_root
class Note(Thing, Model):
    """How an action goes, in a few words. One for all its readers hangs on it; an internal one hangs on itself."""

    __tablename__ = "action_note"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    action_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("joint_action.id"), index=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    by: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    body: so.Mapped[str] = so.mapped_column(sa.Text)  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text)
    renderer: so.Mapped[int]
    internal: so.Mapped[bool] = so.mapped_column(default=False)
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    action: so.Mapped[Action] = so.relationship(lazy="select", viewonly=True)

    kind = "action_note"

    @property
    def title(self) -> str:  # type: ignore[override]
        """A note has no title of its own: it is known by its action."""
        return self.action.title

    @property
    def space_id(self) -> int:
        """The space of its action."""
        return self.action.space_id

    @property
    def url(self) -> str:
        """Where the note stands on the page of its action."""
        return f"{self.action.url}#n{self.id}"


class Milestone(Model):
    """A day on which something of an action, or of all that comes from one meeting, is to be reached."""

    __tablename__ = "action_milestone"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    action_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("joint_action.id"), index=True)
    origin_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("action_origin.id"), index=True)
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    day: so.Mapped[str] = so.mapped_column(sa.String(10))  # 2019, 2019-02 or 2019-02-28
    due: so.Mapped[dt.date] = so.mapped_column(index=True)  # the last day of `day`
    reached: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # when somebody said so
    reached_on: so.Mapped[str] = so.mapped_column(sa.String(10), default="")  # when it was, as exact as known
    said: so.Mapped[str] = so.mapped_column(sa.String(300), default="")  # what came of it, or why not
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


class Origin(Thing, Model):
    """A meeting that actions come from: what it was, when and where, and what says so."""

    __tablename__ = "action_origin"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    title: so.Mapped[str] = so.mapped_column(sa.String(200))
    short: so.Mapped[str] = so.mapped_column(sa.String(60), default="")  # "Paris 2017"
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="en")
    place: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    begins: so.Mapped[str] = so.mapped_column(sa.String(10), default="")
    ends: so.Mapped[str] = so.mapped_column(sa.String(10), default="")
    source: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    convened: so.Mapped[str] = so.mapped_column(
        sa.String(200), default=""
    )  # who called it together, in words
    detail: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # Markdown as written
    html: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # rendered once
    renderer: so.Mapped[int] = so.mapped_column(default=0)
    aims: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # what it was for, one a line
    attended: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # who took part, in words, one a line
    removed: so.Mapped[bool] = so.mapped_column(default=False)
    version: so.Mapped[int] = so.mapped_column(default=0)  # grows with every change, of its milestones too
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "origin"

    @property
    def name(self) -> str:
        """What it is called for short."""
        return self.short or self.title

    @property
    def url(self) -> str:
        """The page that says what became of what was agreed there."""
        return f"/actions/from/{self.id}-{slug(self.name)}"


known_as("action", Action)
known_as("action_note", Note)
known_as("origin", Origin)
stands_at("actions", "action")
stands_at("actions/from", "origin")
