"""What nobody of a group decided in time becomes the secretariat's too."""

import sqlalchemy as sa

from app.core import clock, jobs
from app.extensions import db
from app.moderation import acts
from app.moderation.models import Case


def escalate() -> None:
    """Pass on the cases whose time of silence is over."""
    late = sa.select(Case).where(Case.state == "open", Case.due <= clock.now()).order_by(Case.id).limit(200)
    for case in db.session.scalars(late).all():
        acts.pass_on(case)


jobs.hourly(escalate)
