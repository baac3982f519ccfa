"""The cast: who is in the tests, and why each of them.

chair       a UNESCO Chair in the African coalition, facilitator of its space
neighbour   a city of the same coalition
outsider    a city of another coalition (the European one)
steward     the secretariat
visitor     nobody signed in

Spaces: network (everybody), africa, europe (coalitions, public), circle (a hidden group of chair and neighbour).
"""

import types

from app.core import clock
from app.core.audience import MEMBERS, PUBLIC, audience_of
from app.core.database import atomic
from app.extensions import db
from app.members.models import Organisation, Person
from app.members.models import Seat as Place
from app.spaces.models import Membership, Space, own_audience
from tests.seat import Seat, Visitor

ORGANISATIONS = {
    "chair": ("chair", "PRC", "UNESCO Chair in Human Rights Education, Pretoria", "AFRICA"),
    "neighbour": ("city", "NBO", "City of Nairobi", "AFRICA"),
    "outsider": ("city", "GRZ", "City of Graz", "ECCAR"),
    "steward": ("secretariat", "SEC", "Secretariat", ""),
}
SPACES = {
    "network": ("network", "public"),
    "africa": ("coalition", "public"),
    "europe": ("coalition", "public"),
    "circle": ("group", "hidden"),
}
MEMBERS_OF = {
    "network": {"chair": "member", "neighbour": "member", "outsider": "member", "steward": "facilitator"},
    "africa": {"chair": "facilitator", "neighbour": "member"},
    "europe": {"outsider": "facilitator"},
    "circle": {"chair": "facilitator", "neighbour": "member"},
}


def make(app):
    """Put the cast into an empty database; return them with their seats and spaces by name."""
    return seated(app, *filled(app))


def filled(app):
    """Put the cast into an empty database; return the numbers of people, spaces and organisations by name."""
    people, spaces, organisations = {}, {}, {}
    with app.app_context():
        with atomic():
            for name, (form, sight) in SPACES.items():
                spaces[name] = _space(name, form, sight)
            for name, row in ORGANISATIONS.items():
                organisations[name], people[name] = _person(name, *row)
            for name, roles in MEMBERS_OF.items():
                for who, role in roles.items():
                    db.session.add(
                        Membership(space_id=spaces[name], person_id=people[who], role=role, at=clock.now())
                    )
                db.session.get(Space, spaces[name]).members = len(roles)
    return people, spaces, organisations


def seated(app, people, spaces, organisations):
    """Return the cast of a database that it was put into, each with a seat at this app."""
    seats = {name: Seat(app, number, name) for name, number in people.items()}
    return types.SimpleNamespace(
        app=app,
        visitor=Visitor(app),
        spaces=types.SimpleNamespace(**spaces),
        organisations=types.SimpleNamespace(**organisations),
        everybody=[*seats.values(), Visitor(app)],
        **seats,
    )


def _space(name, form, sight):
    space = Space(
        audience_id=audience_of(PUBLIC), form=form, key=name, handle=name, name=name.title(), sight=sight,
        at=clock.now(), facts={}, texts={},
    )  # fmt: skip
    db.session.add(space)
    db.session.flush()
    space.audience_id = own_audience(space.id, sight)
    return space.id


def _person(name, form, code, title, coalition):
    organisation = Organisation(
        audience_id=audience_of(PUBLIC), form=form, code=code, handle=f"{name}-office", name=title, place=title,
        sort_name=title, coalition=coalition, facts={},
    )  # fmt: skip
    person = Person(
        audience_id=audience_of(MEMBERS), email=f"{name}@cast.example", handle=name, name=f"{name.title()} desk",
        steward=name == "steward", at=clock.now(),
    )  # fmt: skip
    db.session.add_all([organisation, person])
    db.session.flush()
    db.session.add(
        Place(
            person_id=person.id, organisation_id=organisation.id, role="focal point", title="Equality office",
            since=clock.now(), primary=True, may_publish=True, may_answer=True,
        )
    )  # fmt: skip
    return organisation.id, person.id
