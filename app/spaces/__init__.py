"""The network, its coalitions and working groups, and who belongs to them."""

from flask import Flask

from app.core import finding
from app.core.languages import lazy
from app.members import acts as members
from app.members import handles, mentions, offices, seats, themes
from app.members import queries as directory
from app.spaces import (
    acts,
    admin_page,
    automatic,
    coalition_pages,
    founding,
    homes,
    panels,
    people,
    queries,
    routes,
    seating,
    succession,
)
from app.spaces.models import Space


def register(app: Flask) -> None:
    """Hang this room into the app. Its panels register themselves when they are imported."""
    seating.register()
    directory.coalitions = queries.coalitions
    mentions.add_source(queries.called)
    handles.share(Space.__table__.c.handle)
    finding.kind("space", "users", "plan", lazy("Group"), lazy("Groups"), 70, dated=False)
    members.on_arrival(acts.arrive)
    seats.on_succession(succession.succeed)
    themes.on_merged(automatic.theme_merged)
    seats.on_left(succession.leave_all)
    offices.on_taken(succession.office_taken)
    assert panels.plan and automatic.follow_fact  # they register themselves when they are imported
    for part in (routes, founding, coalition_pages, people, homes, admin_page):
        app.register_blueprint(part.bp)
