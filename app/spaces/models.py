"""Spaces: the network, its coalitions, and working groups, as a tree; and who belongs to which."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import MEMBERS, PUBLIC, STEWARDS, Thing, audience_of, space_room
from app.core.database import UtcDateTime, known_as
from app.core.text import slug
from app.extensions import Model

KINDS = ("network", "coalition", "group")
SIGHTS = ("public", "members", "private")
JOINING = ("open", "request", "invite")
ROLES = ("facilitator", "librarian", "events manager", "member", "observer")


class Space(Thing, Model):
    """A place of its own within the network. Belonging to one gives no sight of its parent or children."""

    __tablename__ = "space"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # who sees that it exists
    form: so.Mapped[str] = so.mapped_column(sa.String(12), index=True)  # one of KINDS
    key: so.Mapped[str] = so.mapped_column(sa.String(40), unique=True)  # "ECCAR", "housing"
    handle: so.Mapped[str] = so.mapped_column(sa.String(40), unique=True)
    parent_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("space.id"), index=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(200))
    summary: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    texts: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # language → name, summary, welcome
    sight: so.Mapped[str] = so.mapped_column(sa.String(12), default="members")
    joining: so.Mapped[str] = so.mapped_column(sa.String(12), default="open")
    facts: so.Mapped[dict[str, t.Any]] = so.mapped_column(sa.JSON, default=dict)  # founding, plan, events …
    members: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    kind = "space"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The space's name."""
        return self.name

    @property
    def slug(self) -> str:
        """The readable tail of its address."""
        return slug(self.name)

    @property
    def url(self) -> str:
        """The address of its home."""
        return f"/groups/{self.id}-{self.slug}"

    def findable(self) -> dict[str, t.Any]:
        """Return what the search keeps: names and summaries in all languages, former names too."""
        names = [own.get("name", "") for own in self.texts.values()] + list(
            map(str, self.facts.get("former_names", []))
        )
        return {"title": self.name, "also": " ".join(names), "body": self.summary, "at": self.at}

    def text(self, part: str, language: str) -> str:
        """Return its name, summary or welcome in a language, else as it was first written."""
        own: str = (
            self.texts.get(language, {}).get(part)
            or getattr(self, part, "")
            or self.texts.get("en", {}).get(part, "")
        )
        return own

    def offers(self) -> list[str]:
        """Return the audiences that things in this space may have, narrowest first."""
        return {
            "private": ["space"],
            "members": ["space", "members"],
            "public": ["space", "members", "public"],
        }[self.sight]

    def audience_named(self, word: str) -> int:
        """Return the audience `public`, `members` or `space` of a thing in this space."""
        if word not in self.offers():
            raise ValueError(word)
        return audience_of({"public": PUBLIC, "members": MEMBERS, "space": space_room(self.id)}[word])


def own_audience(space_id: int, sight: str) -> int:
    """Return who sees that a space exists: everybody, members, or those inside and the secretariat."""
    if sight == "private":
        return audience_of(space_room(space_id), STEWARDS)
    return audience_of(PUBLIC if sight == "public" else MEMBERS)


class Membership(Model):
    """A person's belonging to a space."""

    __tablename__ = "membership"
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    role: so.Mapped[str] = so.mapped_column(sa.String(20), default="member")
    state: so.Mapped[str] = so.mapped_column(sa.String(12), default="in")  # in, asked
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("space", Space)
