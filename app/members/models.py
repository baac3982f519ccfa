"""Organisations, the people who act for them, and their sessions."""

import datetime as dt
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.addresses import stands_at
from app.core.audience import PUBLIC, Thing
from app.core.database import UtcDateTime, known_as
from app.core.text import slug
from app.extensions import Model, db
from app.members.names import country_names, fold
from app.members.sight import told_to_all

EPOCH = dt.datetime(
    2004, 3, 1, tzinfo=dt.UTC
)  # organisations have no date of their own: the network's launch
KINDS = ("city", "chair", "partner", "secretariat")


def sort_key(context: t.Any) -> str:
    """Make the name that lists are ordered by: the same order on every database."""
    return fold(context.get_current_parameters()["sort_name"])[:240]


def found_by(context: t.Any) -> str:
    """Make the words that the list's find box looks through."""
    return found_words(context.get_current_parameters())


def found_words(row: t.Mapping[str, t.Any]) -> str:
    """Return the folded words that the list's find box looks through, for the columns of an organisation."""
    facts = row["facts"] or {}
    parts = [row["name"], row.get("place"), row["sort_name"], row["code"], *country_names(row.get("country"))]
    return fold(" ".join(filter(None, [*parts, facts.get("university"), facts.get("city")])))


def _labels(themes: list["Theme"]) -> list[str]:
    """The names of themes in every language: found whatever the reader speaks."""
    return [word for theme in themes for word in theme.labels.values()]


class Organisation(Thing, Model):
    """A member institution: a city, a UNESCO Chair, a partner, or the secretariat."""

    __tablename__ = "organisation"
    __mapper_args__: t.ClassVar[dict[str, t.Any]] = {}
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    form: so.Mapped[str] = so.mapped_column(sa.String(12), index=True)  # one of KINDS
    code: so.Mapped[str] = so.mapped_column(sa.String(3), unique=True)
    handle: so.Mapped[str] = so.mapped_column(sa.String(40), unique=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(200))  # as shown: "City of Graz"
    place: so.Mapped[str] = so.mapped_column(sa.String(120), default="")  # the place's own name
    sort_name: so.Mapped[str] = so.mapped_column(sa.String(200), index=True)
    country: so.Mapped[str] = so.mapped_column(sa.String(2), default="")
    region: so.Mapped[str] = so.mapped_column(sa.String(40), default="")
    lat: so.Mapped[float | None]
    lon: so.Mapped[float | None]
    timezone: so.Mapped[str] = so.mapped_column(sa.String(40), default="")
    population_band: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    coalition: so.Mapped[str] = so.mapped_column(sa.String(20), default="", index=True)  # key of a space
    standing: so.Mapped[str] = so.mapped_column(sa.String(12), default="member")  # member, participant, other
    lead: so.Mapped[bool] = so.mapped_column(default=False)
    facts: so.Mapped[dict[str, t.Any]] = so.mapped_column(
        sa.JSON, default=dict
    )  # what only one kind has, under the keys of organisation_form.FACTS; and the source of sample data
    about: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # what other members should know of it
    website: so.Mapped[str] = so.mapped_column(sa.String(300), default="")
    acceded: so.Mapped[dt.date | None]  # the day it joined the network or its coalition
    commitments: so.Mapped[str] = so.mapped_column(
        sa.String(30), default="", server_default=""
    )  # works on, "3 8"
    picture_id: so.Mapped[int | None]  # its logo: an attachment that is cut and clean
    sort_key: so.Mapped[str] = so.mapped_column(sa.String(240), default=sort_key, index=True)
    found_by: so.Mapped[str] = so.mapped_column(sa.Text, default=found_by)  # folded words for the find box

    themes: so.Mapped[list["Theme"]] = so.relationship(secondary="organisation_theme", viewonly=True)

    kind = "organisation"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The organisation's name."""
        return self.name

    @property
    def slug(self) -> str:
        """The readable tail of its address."""
        return slug(self.place or self.name)

    @property
    def url(self) -> str:
        """The address of its profile."""
        return f"/members/{self.id}-{self.slug}"

    def findable(self) -> dict[str, t.Any]:
        """Return what the search keeps: its names, country and coalition."""
        also = [
            self.place,
            self.code,
            self.handle.replace("-", " "),
            *country_names(self.country),
            *_labels(self.themes),
        ]
        tags = {"org": [self.id], "country": [self.country], "theme": [theme.key for theme in self.themes]}
        return {"title": self.name, "also": " ".join(also), "body": self.about, "at": EPOCH, "tags": tags}


class Person(Thing, Model):
    """Somebody who acts for an organisation. The display name may be a role."""

    __tablename__ = "person"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    audience_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("audience.id"))
    email: so.Mapped[str] = so.mapped_column(sa.String(254), unique=True)  # lower case
    handle: so.Mapped[str] = so.mapped_column(sa.String(40), unique=True)
    name: so.Mapped[str] = so.mapped_column(sa.String(120))
    password: so.Mapped[str] = so.mapped_column(sa.String(200), default="")  # Argon2id; empty: none yet
    state: so.Mapped[str] = so.mapped_column(
        sa.String(12), default="active"
    )  # invited, active, suspended, left: holds no seat
    password_at: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)  # when it was last chosen
    language: so.Mapped[str] = so.mapped_column(sa.String(12), default="en")
    timezone: so.Mapped[str] = so.mapped_column(sa.String(40), default="UTC")
    theme: so.Mapped[str] = so.mapped_column(sa.String(8), default="")
    shortcuts: so.Mapped[bool] = so.mapped_column(default=True)
    presence: so.Mapped[bool] = so.mapped_column(default=True)
    steward: so.Mapped[bool] = so.mapped_column(default=False)  # of the secretariat
    moderator: so.Mapped[bool] = so.mapped_column(default=False)
    second: so.Mapped[bool] = so.mapped_column(default=False)  # has a second step; kept by factors.py
    short: so.Mapped[bool] = so.mapped_column(default=False)  # the password suffices only with a second step
    terms: so.Mapped[int] = so.mapped_column(default=0)  # the edition of the terms that was accepted last
    welcome: so.Mapped[str] = so.mapped_column(
        sa.String(60), default=""
    )  # the first steps that are still to be done
    about: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # works on
    helps: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # can help with
    seeks: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # looks for
    pronouns: so.Mapped[str] = so.mapped_column(sa.String(40), default="")
    commitments: so.Mapped[str] = so.mapped_column(
        sa.String(30), default="", server_default=""
    )  # works on, "3 8"
    shown: so.Mapped[dict[str, str]] = so.mapped_column(
        sa.JSON, default=dict
    )  # who sees which field: profile.py
    picture_id: so.Mapped[int | None]  # the photo: an attachment that is cut and clean
    unread: so.Mapped[int] = so.mapped_column(default=0)  # notices, kept by their reader
    unread_threads: so.Mapped[int] = so.mapped_column(default=0)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)

    themes: so.Mapped[list["Theme"]] = so.relationship(secondary="person_theme", viewonly=True)

    kind = "person"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The person's display name."""
        return self.name

    @property
    def url(self) -> str:
        """The address of the person's page."""
        return f"/people/{self.id}-{self.handle}"

    @property
    def page(self) -> str:
        """Who sees the page: `public` or `members`."""
        return "public" if PUBLIC in self.rooms else "members"

    def findable(self) -> dict[str, t.Any] | None:
        """Return what the search keeps: the name, and of the rest what all who find the person may read."""
        if self.state != "active":
            return None
        told = told_to_all(self.rooms, self.shown)
        texts = [getattr(self, name) for name in ("about", "helps", "seeks") if name in told]
        themes = self.themes if "themes" in told else []
        seats = sa.select(Seat.organisation_id).where(Seat.person_id == self.id, Seat.ended.is_(None))
        tags = {
            "by": [self.id],
            "theme": [theme.key for theme in themes],
            "org": sorted(db.session.scalars(seats)),
        }
        words = {
            "title": self.name,
            "body": "\n\n".join(filter(None, texts)),
            "also": " ".join(_labels(themes)),
        }
        return {**words, "lang": self.language, "at": self.at, "tags": tags}


class Seat(Model):
    """A person's place in an organisation, with what it allows. It ends; what was done in it stays."""

    __tablename__ = "seat"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("organisation.id"), index=True)
    role: so.Mapped[str] = so.mapped_column(sa.String(60))
    title: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    since: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    ended: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    primary: so.Mapped[bool] = so.mapped_column(default=False)
    may_publish: so.Mapped[bool] = so.mapped_column(default=False)
    may_answer: so.Mapped[bool] = so.mapped_column(default=False)
    before_id: so.Mapped[int | None]  # the seat that it took over
    handed: so.Mapped[bool] = so.mapped_column(default=False)  # ended, and kept for the next holder
    ends: so.Mapped[dt.date | None] = so.mapped_column(index=True)  # the last day for which it is meant
    told: so.Mapped[int] = so.mapped_column(default=0)  # how many times somebody was reminded of that day


class Theme(Model):
    """One subject of the controlled list: what people know about and what organisations work on."""

    __tablename__ = "theme"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    key: so.Mapped[str] = so.mapped_column(sa.String(40), unique=True)
    labels: so.Mapped[dict[str, str]] = so.mapped_column(sa.JSON)  # by language
    into_id: so.Mapped[int | None]  # the theme that it became


class PersonTheme(Model):
    """A person knows about a subject."""

    __tablename__ = "person_theme"
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    theme_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("theme.id"), primary_key=True, index=True)


class OrganisationTheme(Model):
    """An organisation works on a subject."""

    __tablename__ = "organisation_theme"
    organisation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    theme_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("theme.id"), primary_key=True, index=True)


class PersonLanguage(Model):
    """A person speaks a language, more or less."""

    __tablename__ = "person_language"
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    code: so.Mapped[str] = so.mapped_column(sa.String(12), primary_key=True, index=True)
    level: so.Mapped[str] = so.mapped_column(
        sa.String(8), default=""
    )  # first, fluent, working, basic; empty: not said
    place: so.Mapped[int] = so.mapped_column(default=0)  # as the person ordered them


class OrganisationLanguage(Model):
    """An organisation can be written to in a language."""

    __tablename__ = "organisation_language"
    organisation_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    code: so.Mapped[str] = so.mapped_column(sa.String(12), primary_key=True, index=True)


class Login(Model):
    """A session: one device that a person is signed in on. Ended ones are dead at once, everywhere."""

    __tablename__ = "login"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    token: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)  # SHA-256 of what the cookie holds
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    device: so.Mapped[str] = so.mapped_column(sa.String(120), default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    seen: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    ended: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
    proved: so.Mapped[dt.datetime | None] = so.mapped_column(
        UtcDateTime
    )  # when its owner last proved who it is


class DoorKey(Model):
    """A mailed key: sign in without a password, reset it, or take up an invitation. Works once."""

    __tablename__ = "door_key"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    kind: so.Mapped[str] = so.mapped_column(sa.String(12))  # link, reset, invite
    token: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)  # SHA-256 of what the mail holds
    person_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("person.id"), index=True)
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    until: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
    used: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)


known_as("organisation", Organisation)
known_as("person", Person)
stands_at("members", "organisation")
stands_at("people", "person")
