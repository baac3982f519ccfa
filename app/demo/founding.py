"""Puts the members, spaces and seats of the demo network into an empty database, through the ordinary acts."""

import sqlalchemy as sa

from app.core import clock
from app.demo import network
from app.extensions import db
from app.members import acts as members
from app.members.signed_in import as_person
from app.spaces import acts as spaces
from app.spaces.models import Membership, Space


class Cast:
    """Who and what there is, by the keys that the texts use."""

    def __init__(self):
        self.organisations = {row["code"]: add_organisation(row) for row in network.organisations()}
        self.spaces = {}
        for row in network.spaces():
            self.spaces[row["key"]] = add_space(row, self.spaces.get(row["parent"]))
        self.people = {row["id"]: row for row in network.people()}
        self.persons = {}

    def seat(self, password_hash):
        """Let the people in: an entry, a seat in their organisation, their place in the spaces."""
        for row in self.people.values():
            self.persons[row["id"]] = add_person(
                row, self.organisations[row["organisation"]["code"]], password_hash
            )
        for space, who, role in network.belongings():
            belong(self.persons[who], self.spaces[space], role)
        self.actors = {who: as_person(person.id) for who, person in self.persons.items()}

    def handle(self, name):
        """The handle that a text means by an account or by space:key."""
        kind, _, key = name.rpartition(":")
        return self.spaces[key].handle if kind else self.persons[key].handle


def add_organisation(row):
    """One organisation."""
    return members.add_organisation(None, **row)


def add_space(row, parent):
    """One space below its parent."""
    values = {name: value for name, value in row.items() if name != "parent"}
    return spaces.add_space(None, parent=parent, **values)


def add_person(row, organisation, password_hash):
    """One account, with its seat; an invited one has no password yet."""
    invited = row["state"] == "invited"
    person = members.add_person(
        None, email=row["email"], name=row["display_name"], handle=row["handle"], language=row["language"],
        timezone=row["timezone"], password_hash="" if invited else password_hash, state=row["state"],
        steward="secretariat" in row["rights"], moderator="moderator" in row["rights"], speaks=spoken(row["languages"]),
    )  # fmt: skip
    seat = {name: row["seat"][name] for name in ("role", "title", "primary", "may_publish", "may_answer")}
    members.give_seat(None, person, organisation, **seat)
    return person


def spoken(codes):
    """The languages of an account with a level: the first one best."""
    return [(code, "working" if place else "fluent") for place, code in enumerate(codes)]


def belong(person, space, role):
    """A place in a space; nobody is told of somebody who was only invited."""
    if person.state != "invited":
        spaces.join(as_person(person.id), space, role)
        return
    db.session.add(Membership(space_id=space.id, person_id=person.id, role=role, state="in", at=clock.now()))
    db.session.execute(sa.update(Space).where(Space.id == space.id).values(members=Space.members + 1))
