"""The question before sensitive acts: is it still you? Asked again when a device has not proved it for a while."""

import datetime as dt
import typing as t
from urllib.parse import quote

import sqlalchemy as sa
from flask import Response, request

from app.core import clock, pages, policy
from app.core.database import atomic
from app.extensions import db
from app.members.models import Login

LASTS = dt.timedelta(minutes=15)
PAGE = "/settings/prove"


def fresh(who: policy.Me) -> bool:
    """Say whether this device has proved lately who holds it: by signing in, or by an answer."""
    proved = db.session.scalar(sa.select(Login.proved).where(Login.id == who.login_id))
    return proved is not None and proved > clock.now() - LASTS


def first(who: policy.Me) -> Response | None:
    """Return the way to the question where it has to be answered first, None where one may go on."""
    if fresh(who):
        return None
    back = policy.asked_for() if request.method == "GET" else policy.came_from()
    return pages.see_other(f"{PAGE}?next={quote(back, safe='/')}")


def given(login_id: int) -> None:
    """Write down that a device has proved it."""
    with atomic() as session:
        row = sa.update(Login).where(Login.id == login_id).values(proved=clock.now())
        session.execute(t.cast(t.Any, row).execution_options(synchronize_session=False))
