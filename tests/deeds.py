"""How a test enters joint actions: through the form, or through the act."""

import re

from app.actions import acts
from app.extensions import db
from app.spaces.models import Space


def fields(cast, **more):
    """The form of an action, filled in."""
    return {
        "title": "Share housing figures", "detail": "With *care*.", "language": "en", "space": cast.spaces.africa,
        "audience": "members", "lead": "PRC", "partners": "", "ends": "2030-05", "origin": "0", **more,
    }  # fmt: skip


def proposed(cast, who=None, **more):
    """Propose an action by its form; return its number."""
    answer = (who or cast.chair).posts("/actions/new", fields(cast, **more))
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/actions/(\d+)-", answer.headers["Location"])[1])


def entered(cast, who="chair", space="africa", **more):
    """Propose an action by the act; return it. Needs an app context."""
    place = db.session.get(Space, getattr(cast.spaces, space))
    given = {"title": "Share housing figures", "audience": "members", "language": "en", **more}
    return acts.propose(getattr(cast, who).me(), place, **given)
