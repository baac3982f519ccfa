"""What people do with organisations, people and seats. The first argument is who acts; None is the system."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.core import audit, clock, files, watches
from app.core.activity import record
from app.core.audience import MEMBERS, NOBODY, PUBLIC, audience_of
from app.core.database import atomic, setting
from app.core.mail import one_address, post
from app.core.text import clean_line
from app.extensions import db
from app.members import doorkeys, handles, invites, logins, profile, regions, seats, sight
from app.members.models import KINDS, Organisation, Person, Seat, found_words
from app.members.names import fold

HINT = "hint"  # in Person.shown: that the hint was put away


def add_organisation(
    actor: t.Any,
    *,
    form: str,
    code: str,
    name: str,
    handle: str | None = None,
    place: str = "",
    sort_name: str = "",
    country: str = "",
    region: str = "",
    lat: float | None = None,
    lon: float | None = None,
    timezone: str = "",
    population_band: str = "",
    coalition: str = "",
    standing: str = "member",
    lead: bool = False,
    facts: dict[str, t.Any] | None = None,
    about: str = "",
    website: str = "",
    acceded: dt.date | None = None,
    commitments: str = "",
    themes: t.Sequence[str] = (),
    languages: t.Sequence[str] = (),
    told: bool = True,
) -> Organisation:
    """Take in an organisation. Its profile is public; with `told` the newsfeed says so."""
    if form not in KINDS:
        raise ValueError(form)
    with atomic() as session:
        organisation = Organisation(
            audience_id=audience_of(PUBLIC), form=form, code=code, handle=handles.free(handle or place or name),
            name=name, place=place, sort_name=sort_name or place or name, country=country,
            region=regions.following(country, region),
            lat=lat, lon=lon, timezone=timezone, population_band=population_band, coalition=coalition,
            standing=standing, lead=lead, facts=facts or {}, about=about, website=website, acceded=acceded,
            commitments=commitments,
        )  # fmt: skip
        session.add(organisation)
        session.flush()
        profile.set_themes(organisation, themes)
        profile.set_languages(organisation.id, languages)
        heard = organisation.audience_id if told else audience_of(NOBODY)
        joined = {"kind": form, "code": code}
        record("members.joined", actor=actor, subject=organisation, data=joined, audience_id=heard)
        audit.note(actor, "members.add_organisation", organisation.ref)
    return organisation


def change_organisation(
    actor: t.Any,
    organisation: Organisation,
    *,
    themes: t.Sequence[str],
    languages: t.Sequence[str],
    **values: t.Any,
) -> None:
    """Change an organisation's entry; lists and the search follow. The record keeps which fields, not the words."""
    with atomic() as session:
        session.add(organisation)
        if "country" in values or "region" in values:
            before = organisation.country, organisation.region
            country, region = values.get("country", before[0]), values.get("region", before[1])
            values["region"] = regions.following(country, region, before)
        changed = sorted(name for name, value in values.items() if getattr(organisation, name) != value)
        for name in changed:
            setattr(organisation, name, values[name])
        _fold(organisation, changed)
        profile.set_themes(organisation, themes)
        profile.set_languages(organisation.id, languages)
        session.flush()
        session.expire(organisation, ["themes"])
        record("members.changed", actor=actor, subject=organisation, audience_id=audience_of(NOBODY))
        audit.note(actor, "members.change_organisation", organisation.ref, fields=", ".join(changed))


def _fold(organisation: Organisation, changed: t.Collection[str]) -> None:
    """Keep what lists are ordered and found by in step with the name."""
    if "name" in changed:
        plain = (
            organisation.name.removeprefix("City of ") if organisation.form == "city" else organisation.name
        )
        organisation.sort_name, organisation.sort_key = plain, fold(plain)[:240]
    columns = ("name", "place", "sort_name", "code", "country", "facts")
    organisation.found_by = found_words({name: getattr(organisation, name) for name in columns})


def add_person(
    actor: t.Any,
    *,
    email: str,
    name: str,
    handle: str | None = None,
    language: str = "en",
    timezone: str = "UTC",
    password_hash: str = "",
    state: str = "active",
    steward: bool = False,
    moderator: bool = False,
    about: str = "",
    speaks: t.Sequence[str | tuple[str, str]] = (),
    themes: t.Sequence[str] = (),
) -> Person:
    """Take in a person, seen by members. The name may be a role; without a password a link is the way in."""
    with atomic() as session:
        person = Person(
            audience_id=audience_of(MEMBERS), email=one_address(email.strip().lower()), name=name,
            handle=handles.free(handle or name), language=language, timezone=timezone, password=password_hash,
            password_at=clock.now() if password_hash else None, state=state, steward=steward,
            moderator=moderator, about=about, at=clock.now(),
        )  # fmt: skip
        session.add(person)
        session.flush()
        spoken = speaks or [language]
        profile.set_speaks(person.id, [one if isinstance(one, tuple) else (one, "") for one in spoken])
        profile.set_themes(person, themes)
        audit.note(actor, "members.add_person", person.ref, steward=steward, moderator=moderator)
    return person


give_seat, end_seat, _reseat = seats.give, seats.end, seats.reseat


def invite_steward(email: str, name: str) -> str:
    """Return a one-time link that makes a person of the secretariat; the organisation is made when missing."""
    with atomic() as session:
        person = session.scalar(sa.select(Person).where(Person.email == email.strip().lower()))
        if person is None:
            person = add_person(
                None,
                email=email,
                name=name,
                language=setting("DEFAULT_LANGUAGE"),
                state="invited",
                steward=True,
            )
            give_seat(
                None,
                person,
                _secretariat(),
                role="secretariat",
                primary=True,
                may_publish=True,
                may_answer=True,
            )
        person.steward = True
        audit.note(None, "members.office_given", person.ref, office="steward")
        _reseat(None, person.id)
        kind = "invite" if person.state == "invited" else "reset"
        return doorkeys.address(kind, doorkeys.make(person.id, kind))


def _secretariat() -> Organisation:
    found = db.session.scalar(sa.select(Organisation).where(Organisation.form == "secretariat").limit(1))
    return found or add_organisation(None, form="secretariat", code="SEC", name="Secretariat")


# --- what people do with their own entry ----------------------------------------------------------------------


_arrivals: list[t.Callable[[int], None]] = []


def on_arrival(fn: t.Callable[[int], None]) -> None:
    """Let another room act when a person comes in for the first time, in the same transaction."""
    if fn not in _arrivals:
        _arrivals.append(fn)


def accept_invitation(key: t.Any, *, name: str, language: str, password_hash: str) -> bool:
    """Take up an invitation: from now on the person can sign in. Says whether the key was still good."""
    with atomic() as session:
        if not doorkeys.use(key):
            return False
        person = session.get(Person, key.person_id)
        assert person is not None
        person.name, person.language, person.state = clean_line(name), language, "active"
        person.password, person.password_at = password_hash, clock.now()
        _reseat(None, person.id)
        audit.note(person, "members.accepted", person.ref)
        invites.taken(person, key.id)
        for fn in _arrivals:
            fn(person.id)
    return True


def change_profile(
    who: t.Any,
    *,
    shown: dict[str, str],
    themes: t.Sequence[str],
    spoken: t.Sequence[tuple[str, str]],
    roles: dict[int, str],
    **values: t.Any,
) -> None:
    """Change one's own entry: what stands in it, who sees which part, and the role in each of one's seats."""
    with atomic() as session:
        person = session.get(Person, who.id)
        assert person is not None
        for name, value in values.items():
            setattr(person, name, value)
        person.shown = {**shown, **{name: word for name, word in person.shown.items() if name == HINT}}
        _open_page(person)
        profile.set_themes(person, themes)
        profile.set_speaks(person.id, spoken)
        for number, title in roles.items():
            mine = (Seat.id == number, Seat.person_id == who.id, Seat.ended.is_(None))
            session.execute(sa.update(Seat).where(*mine).values(title=title))
        session.flush()
        session.expire(person, ["themes"])
        _reseat(who, person.id)  # open pages and the index read the entry anew


def _open_page(person: Person) -> None:
    """Let the page and the photo be seen by those whom its owner chose."""
    person.audience_id = sight.audience_for(person.shown.get("page", sight.USUAL))
    photo = sa.update(files.Attachment).where(files.Attachment.id == person.picture_id)
    db.session.execute(photo.values(audience_id=person.audience_id))


def hide_hint(who: t.Any) -> None:
    """Do not say any longer what could still be added to one's profile."""
    with atomic() as session:
        person = session.get(Person, who.id)
        assert person is not None
        person.shown = {**person.shown, HINT: "off"}


def set_language(who: t.Any, language: str) -> None:
    """Change the language of one's pages and mails."""
    with atomic():
        db.session.execute(sa.update(Person).where(Person.id == who.id).values(language=language))


def set_presence(who: t.Any, shown: bool) -> None:
    """Show or hide oneself among those who are here now."""
    with atomic():
        db.session.execute(sa.update(Person).where(Person.id == who.id).values(presence=shown))
        _reseat(who, who.id)


def set_password(
    person_id: int, password_hash: str, *, short: bool = False, but: str = "", key: t.Any = None
) -> bool:
    """Set a new password, end all other sessions, and tell the person by mail.

    `short` passwords suffice only with a second step. `but` is the session that stays. With `key`, a mailed one,
    nothing happens unless it is still good.
    """
    with atomic() as session:
        if key is not None and not doorkeys.use(key):
            return False
        person = session.get(Person, person_id)
        assert person is not None
        person.password, person.password_at, person.short = password_hash, clock.now(), short
        doorkeys.drop(person_id)
        logins.end(person, logins.of(person_id, but=but))
        audit.note(person, "members.password", person.ref)
        post(
            "password_changed", person.email, person.language, timezone=person.timezone, person_id=person_id,
            at=clock.now(), zone=person.timezone,
        )  # fmt: skip
    return True


def follow(who: t.Any, thing: t.Any, on: bool) -> None:
    """Follow an organisation or a person, or no longer."""
    with atomic():
        if on:
            watches.watch(who.id, thing.ref, watches.FOLLOW)
        else:
            watches.unwatch(who.id, thing.ref)
