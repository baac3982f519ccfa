"""What people do with organisations, people and seats. The first argument is who acts; None is the system."""

import typing as t

import sqlalchemy as sa

from app.core import audit, clock, watches
from app.core.activity import record
from app.core.audience import MEMBERS, PUBLIC, audience_of
from app.core.database import atomic, setting
from app.core.mail import one_address, post
from app.core.text import clean_line, clean_text
from app.extensions import db
from app.members import doorkeys, handles, logins
from app.members.models import KINDS, Organisation, Person, Seat


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
) -> Organisation:
    """Take in an organisation. Its profile is public."""
    if form not in KINDS:
        raise ValueError(form)
    with atomic() as session:
        organisation = Organisation(
            audience_id=audience_of(PUBLIC), form=form, code=code, handle=handles.free(handle or place or name),
            name=name, place=place, sort_name=sort_name or place or name, country=country, region=region,
            lat=lat, lon=lon, timezone=timezone, population_band=population_band, coalition=coalition,
            standing=standing, lead=lead, facts=facts or {},
        )  # fmt: skip
        session.add(organisation)
        session.flush()
        record("members.joined", actor=actor, subject=organisation, data={"kind": form, "code": code})
        audit.note(actor, "members.add_organisation", organisation.ref)
    return organisation


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
    speaks: t.Sequence[str] = (),
) -> Person:
    """Take in a person, seen by members. The name may be a role; without a password a link is the way in."""
    with atomic() as session:
        person = Person(
            audience_id=audience_of(MEMBERS), email=one_address(email.strip().lower()), name=name,
            handle=handles.free(handle or name), language=language, timezone=timezone, password=password_hash,
            password_at=clock.now() if password_hash else None, state=state, steward=steward,
            moderator=moderator, about=about, speaks=list(speaks or [language]), at=clock.now(),
        )  # fmt: skip
        session.add(person)
        session.flush()
        audit.note(actor, "members.add_person", person.ref, steward=steward, moderator=moderator)
    return person


def give_seat(
    actor: t.Any,
    person: t.Any,
    organisation: t.Any,
    *,
    role: str,
    title: str = "",
    primary: bool = False,
    may_publish: bool = False,
    may_answer: bool = False,
) -> Seat:
    """Seat a person in an organisation; open pages of the person hear what it hears from now on."""
    with atomic() as session:
        seat = Seat(
            person_id=person.id, organisation_id=organisation.id, role=role, title=title, primary=primary,
            may_publish=may_publish, may_answer=may_answer, since=clock.now(),
        )  # fmt: skip
        session.add(seat)
        session.flush()
        _reseat(actor, person.id)
        audit.note(actor, "members.give_seat", f"person:{person.id}", organisation_id=organisation.id)
    return seat


def end_seat(actor: t.Any, seat: Seat) -> None:
    """End a seat: what belongs to it stays with the organisation, and its holder sees none of it any longer."""
    with atomic() as session:
        mine = sa.update(Seat).where(Seat.id == seat.id, Seat.ended.is_(None)).values(ended=clock.now())
        if session.execute(mine).rowcount:
            _reseat(actor, seat.person_id)
            audit.note(actor, "members.end_seat", f"person:{seat.person_id}", seat_id=seat.id)


def _reseat(actor: t.Any, person_id: int) -> None:
    record("seat.changed", actor=actor, subject=f"person:{person_id}", data={"person_id": person_id})


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
        for fn in _arrivals:
            fn(person.id)
    return True


def change_profile(who: t.Any, **values: t.Any) -> None:
    """Change one's own entry: name, what one works on, languages, zone, look and keys."""
    with atomic() as session:
        person = session.get(Person, who.id)
        assert person is not None
        values["name"], values["about"] = clean_line(values["name"]), clean_text(values["about"])
        for name, value in values.items():
            setattr(person, name, value)
        _reseat(who, person.id)  # open pages and the index read the entry anew


def set_language(who: t.Any, language: str) -> None:
    """Change the language of one's pages and mails."""
    with atomic():
        db.session.execute(sa.update(Person).where(Person.id == who.id).values(language=language))


def set_presence(who: t.Any, shown: bool) -> None:
    """Show or hide oneself among those who are here now."""
    with atomic():
        db.session.execute(sa.update(Person).where(Person.id == who.id).values(presence=shown))
        _reseat(who, who.id)


def set_password(person_id: int, password_hash: str, *, but: str = "", key: t.Any = None) -> bool:
    """Set a new password, end all other sessions, and tell the person by mail.

    `but` is the session that stays. With `key`, a mailed one, nothing happens unless it is still good.
    """
    with atomic() as session:
        if key is not None and not doorkeys.use(key):
            return False
        person = session.get(Person, person_id)
        assert person is not None
        person.password, person.password_at = password_hash, clock.now()
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
