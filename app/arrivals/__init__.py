"""Coming in: invitations, requests to join, lists that are taken in, the first steps."""

from flask import Flask

from app.arrivals import (
    acts,
    answers,
    asking,
    import_pages,
    importing,
    join,
    many,
    offers,
    queries,
    routes,
    welcome,
)
from app.core import jobs
from app.members import acts as members
from app.members import invites, seats


def register(app: Flask) -> None:
    """Hang this room into the app."""
    invites.host(invites.Host(acts.good, queries.invited_to, acts.taken))
    seats.invites_with(acts.invite)
    members.on_arrival(welcome.begin)
    for part in (routes, many, offers, join, answers, import_pages, welcome):
        app.register_blueprint(part.bp)
    assert importing.LISTS
    jobs.hourly(acts.sweep)
    jobs.hourly(asking.escalate)
