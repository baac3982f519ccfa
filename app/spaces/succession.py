"""Groups go with the seat: its next holder takes the places over, and who has no seat left leaves them."""

import typing as t

import sqlalchemy as sa

from app.extensions import db
from app.members.signed_in import as_person
from app.spaces import acts
from app.spaces.models import DECIDING, Membership, Space


def _places(person_id: int) -> list[t.Any]:
    rows = (
        sa.select(Space, Membership.role)
        .join(Membership, Membership.space_id == Space.id)
        .where(Membership.person_id == person_id, Membership.state == "in")
        .order_by(Space.id)
    )
    return list(db.session.execute(rows))


def succeed(old_id: int, new_id: int) -> None:
    """Give the next holder of a seat the places that the old one had, in the roles."""
    for space, role in _places(old_id):
        if space.joining == "automatic" and role == "member":
            continue  # it follows by itself
        acts.join(as_person(new_id), space, role)


def office_taken(actor: t.Any, person_id: int, office: str) -> None:
    """Who is of the secretariat no longer looks after the whole network no longer; roles in groups are their own."""
    if office != "steward":
        return
    network = db.session.scalar(sa.select(Space).where(Space.form == "network").limit(1))
    held = sa.select(Membership.role).where(
        Membership.space_id == (network.id if network else 0), Membership.person_id == person_id,
        Membership.state == "in",
    )  # fmt: skip
    if network is not None and db.session.scalar(held) in DECIDING:
        acts.set_role(actor, network, person_id, "member")


def leave_all(person_id: int) -> None:
    """Take somebody out of every group."""
    for space, _role in _places(person_id):
        acts.leave(as_person(person_id), space, for_good=False)
