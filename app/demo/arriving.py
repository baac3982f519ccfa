"""Who is on the way into the demo network: two open invitations and one request that waits, named by role."""

import datetime as dt

from app.arrivals import acts as arrivals
from app.arrivals import asking
from app.arrivals.models import JoinRequest
from app.core import clock
from app.extensions import db

SENT_DAYS_AGO = (6, 1)


def on_the_way(cast, now):
    """Let the secretariat invite two cities that nobody acts for yet."""
    seated = {row["organisation"]["code"] for row in cast.people.values()}
    empty = [
        one
        for code, one in cast.organisations.items()
        if one.form == "city" and one.standing == "member" and code not in seated
    ]
    for one, days in zip(empty, SENT_DAYS_AGO, strict=False):
        with clock.at(now - dt.timedelta(days=days)):
            arrivals.invite(
                cast.actors["secretariat"], one, email=f"focal-point@{one.handle}.example",
                role="focal point", title="Focal point", language="en", primary=True, may_publish=True, may_answer=True,
            )  # fmt: skip
    with clock.at(now - dt.timedelta(seconds=20)):
        one_asks(cast)


def one_asks(cast):
    """Somebody of a member that has a first contact asks to join it."""
    row = next(
        row
        for row in cast.people.values()
        if row["seat"]["primary"] and row["organisation"]["kind"] == "city"
    )
    home = cast.organisations[row["organisation"]["code"]]
    one = JoinRequest(
        email=f"youth-office@{home.handle}.example", name="Youth office", title="Youth officer", language="en",
        form=home.form, organisation_id=home.id, organisation=home.name, country=home.country, state="unproved", stage="",
        words="Sample request. I would like to read and answer what concerns young people.", at=clock.now(),
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    asking.prove(one)
