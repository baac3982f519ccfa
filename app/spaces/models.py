"""Spaces: the network, its coalitions, and working groups, as a tree; and who belongs to which."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from markupsafe import Markup, escape

from app.core.addresses import stands_at
from app.core.audience import MEMBERS, PUBLIC, STEWARDS, Thing, Viewer, audience_of, may_see, space_room
from app.core.database import UtcDateTime, known_as
from app.core.text import slug
from app.extensions import Model

KINDS = ("network", "coalition", "chapter", "group")
SIGHTS = ("public", "members", "coalition", "private", "hidden")
ENCLOSED = (
    "private",
    "hidden",
)  # what is in them is for those inside; of a private one members know the name
JOINING = ("open", "request", "invite", "automatic")
ATTRIBUTES = ("coalition", "kind", "region", "country", "theme")  # of organisations, that a rule may ask for
TEXTS = ("welcome", "start", "next")  # what a home says in each language, with the formatting of posts
DECIDING = ("facilitator", "moderator")  # the roles that decide about reports in a space
ROLES = ("facilitator", "moderator", "librarian", "events manager", "member", "observer")


class Said(t.NamedTuple):
    """A text as a page shows it."""

    lang: str
    html: Markup


class Space(Thing, Model):
    """A place of its own within the network. Belonging to one gives no sight of its parent or children."""

    __tablename__ = "space"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))  # who sees that it exists
    known_id: so.Mapped[int | None]  # who knows its name, where these are more than see it: an audience
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
    archived: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # since when nobody writes
    rule: so.Mapped[dict[str, str]] = so.mapped_column(
        sa.JSON, default=dict
    )  # whose people are in by themselves: automatic.py
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
        summaries = [self.summary, *(own.get("summary", "") for own in self.texts.values())]
        body = "\n\n".join(dict.fromkeys(filter(None, summaries)))
        tags = {"in": [self.id]}
        return {"title": self.name, "also": " ".join(names), "body": body, "at": self.at, "tags": tags}

    def text(self, part: str, language: str) -> str:
        """Return its name, summary or welcome in a language, else as it was first written."""
        own: str = (
            self.texts.get(language, {}).get(part)
            or getattr(self, part, "")
            or self.texts.get("en", {}).get(part, "")
        )
        return own

    def said(self, part: str, language: str) -> Said | None:
        """Return a text of its home with the language that it is in, empty for the one asked for."""
        for code in dict.fromkeys([language, "en", *sorted(self.texts)]):
            own = self.texts.get(code, {})
            if own.get(part):
                html = own.get(f"{part}_html") or str(escape(own[part]))
                return Said("" if code == language else code, Markup(html))
        return None

    def offers(self) -> list[str]:
        """Return the audiences that things in this space may have, narrowest first."""
        more = {"members": ["members"], "public": ["members", "public"]}
        return ["space", *more.get(self.sight, [])]

    @property
    def enclosed(self) -> bool:
        """Say whether what is in it, and who is, is for those inside alone."""
        return self.sight in ENCLOSED

    def known_to(self, viewer: Viewer) -> bool:
        """Say whether a viewer may know that there is a space of this name."""
        return may_see(viewer, self.known_id or self.audience_id)

    def audience_named(self, word: str) -> int:
        """Return the audience `public`, `members` or `space` of a thing in this space."""
        return audience_of(self.room_named(word))

    def room_named(self, word: str) -> str:
        """Return the one room of that audience."""
        if word not in self.offers():
            raise ValueError(word)
        return {"public": PUBLIC, "members": MEMBERS, "space": space_room(self.id)}[word]


def own_audience(space_id: int, sight: str, coalition_id: int | None = None) -> int:
    """Return who sees a space: everybody, members, those of its coalition, or those inside; and the secretariat."""
    if sight in ("public", "members"):
        return audience_of(PUBLIC if sight == "public" else MEMBERS)
    around = [space_room(coalition_id)] if sight == "coalition" and coalition_id else []
    return audience_of(space_room(space_id), STEWARDS, *around)


def known_audience(sight: str) -> int | None:
    """Return who knows a space by name where these are more than see it: members, of a private one."""
    return audience_of(MEMBERS) if sight == "private" else None


class Threshold(Thing):
    """The door of a space that somebody knows by name: asking to be let in, without seeing what is inside."""

    kind = "threshold"

    def __init__(self, space: Space) -> None:
        self.space, self.id, self.space_id, self.title = space, space.id, space.id, space.name
        self.audience_id = space.known_id or space.audience_id
        self.sight, self.joining, self.form = space.sight, space.joining, space.form


class Membership(Model):
    """A person's belonging to a space."""

    __tablename__ = "membership"
    space_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("space.id"), primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    role: so.Mapped[str] = so.mapped_column(sa.String(20), default="member")
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="in"
    )  # in, asked, out: stays out of an automatic space
    how: so.Mapped[str] = so.mapped_column(sa.String(8), default="")  # rule: came in by itself
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)


known_as("space", Space)
stands_at("groups", "space")
