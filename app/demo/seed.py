"""Fills an empty database with the demo network: the same every time, but for its password and its dates."""

import datetime as dt
import os
import pathlib
import secrets
import tomllib

import sqlalchemy as sa

from app.core import clock, pictures, readers, site
from app.core.activity import Activity
from app.core.database import atomic
from app.demo import library, messages
from app.demo.actions import Actions
from app.demo.arriving import on_the_way
from app.demo.calendar import Dates
from app.demo.founding import Cast
from app.demo.homes import furnish
from app.demo.listening import listen
from app.demo.reported import report_one
from app.demo.talk import Talk, keep_papers
from app.extensions import db
from app.feed import acts as feed
from app.members import doorkeys, passwords
from app.members.models import Person
from app.notifications.models import Notice
from app.notifications.unread import recount
from app.search import synonyms
from app.terms import acts as terms

FOUNDED = dt.timedelta(days=62)
NEW = dt.timedelta(days=7)  # what is younger nobody has looked at yet
LAST = dt.timedelta(seconds=5)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def fill(app, now=None):
    """Fill an empty database; return the lines that tell how to sign in. Call it in the app's context."""
    if db.session.scalar(sa.select(Person.id).limit(1)):
        return ["The database is not empty. Nothing was filled in."]
    now = (now or clock.now()).replace(microsecond=0)
    password, kept, shelved = new_password(), keep_papers(), library.keep_documents()
    password_hash = passwords.made(password)
    # all or nothing: a start that was cut short begins again; what is counted at the end has its time too
    with clock.at(now - LAST), atomic():
        cast = found(now, password_hash)
        talk = Talk(cast, kept, now)
        Dates(talk, library.Library(talk, shelved))
        Actions(talk)
        messages.plan(talk)
        talk.replay()
        with clock.at(now):
            talk.catch_up(now - NEW)
            messages.catch_up(talk)
            listen(cast)
            site.write("demo", "yes", told=False)
        with clock.at(now - dt.timedelta(seconds=30)):
            furnish(cast)
            report_one(cast, talk)
        on_the_way(cast, now)
        lines = sign_ins(cast, password, invitation(cast, now))
        write_down(app, lines)
    with clock.at(now):
        finish(cast, now)
    return lines


def found(now, password_hash):
    """Members, spaces and seats, two days before the first word."""
    with clock.at(now - FOUNDED):
        cast = Cast()
        cast.seat(password_hash)
        library.series()
        house_rules(cast)
        for words in _text("synonyms")["group"]:
            synonyms.add(None, words)
    return cast


def _text(name):
    return tomllib.loads((pathlib.Path(__file__).parent / "texts" / f"{name}.toml").read_text("utf-8"))


def house_rules(cast):
    """Publish the terms, and let everybody who is in accept them."""
    edition = terms.publish(None, {code: (text.strip(), "") for code, text in _text("terms").items()})
    for who, row in cast.people.items():
        if row["state"] == "active":
            terms.accept(cast.persons[who], edition, row["language"])


def finish(cast, now):
    """Let the readers tell everything, so that notices and search are there; what is old was looked at."""
    readers.tell_all()
    old = db.session.scalar(sa.select(sa.func.max(Activity.id)).where(Activity.at < now - NEW)) or 0
    with atomic():
        for actor in cast.actors.values():
            feed.look(actor, old)
        db.session.execute(sa.update(Notice).where(Notice.last_id <= old).values(read=now - NEW))
        recount([actor.id for actor in cast.actors.values()])
    for number in pictures.waiting():
        pictures.clean(number)


def new_password():
    """One password for this installation: four groups of five letters and digits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def invitation(cast, now):
    """The invitation of the account that has not come in yet, made some days ago: account and address."""
    row = next(row for row in cast.people.values() if row["state"] == "invited")
    with clock.at(now - dt.timedelta(days=row["invitation"]["sent_days_ago"])):
        secret = doorkeys.make(cast.persons[row["id"]].id, "invite")
    return row["id"], doorkeys.address("invite", secret)


def sign_ins(cast, password, invited):
    """How to sign in, line by line."""
    who, address = invited
    rows = [row for row in cast.people.values() if row["id"] != who]
    return [
        "Demo network: sample content. It does not report real activity of the places named.",
        f"Password of every account below: {password}",
        *(f"  {row['display_name']:<30} {row['email']}" for row in rows),
        f"  {cast.people[who]['display_name']:<30} is invited and has no password: {address}",
    ]


def write_down(app, lines):
    """Keep the sign-ins where only this user may read them."""
    path = pathlib.Path(app.config["INSTANCE_DIR"]) / "demo-sign-ins.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
