"""The network, its coalitions and working groups, and who belongs to them."""

from flask import Flask

from app.members import acts as members
from app.members import handles, mentions
from app.members import queries as directory
from app.spaces import acts, founding, panels, people, queries, routes, seating
from app.spaces.models import Space


def register(app: Flask) -> None:
    """Hang this room into the app. Its panels register themselves when they are imported."""
    seating.register()
    directory.coalitions = queries.coalitions
    mentions.add_source(queries.called)
    handles.share(Space.__table__.c.handle)
    members.on_arrival(acts.arrive)
    assert panels.plan
    for part in (routes, founding, people):
        app.register_blueprint(part.bp)
