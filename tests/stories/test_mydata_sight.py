"""The copy of one's data holds nothing that its owner may not see any longer."""

import datetime as dt
import io
import json
import zipfile

import sqlalchemy as sa

from app.board import care
from app.core import clock
from app.core.database import atomic, locate
from app.extensions import db
from app.members.models import Person
from app.mydata import erase
from app.mydata.models import DataCopy, Erasure
from app.spaces import acts as spaces
from app.spaces.models import Space
from tests import talk
from tests.seat import tell

DATA = "/settings/data"


def taken(cast, seat):
    """Let somebody ask for a copy; return its files by name."""
    assert seat.posts(f"{DATA}/copies").status_code == 303
    with cast.app.app_context():
        mine = sa.select(DataCopy.id).where(DataCopy.person_id == seat.id).order_by(DataCopy.id.desc())
        number = db.session.scalars(mine.limit(1)).one()
    with zipfile.ZipFile(io.BytesIO(seat.gets(f"{DATA}/copies/{number}").data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def goes(cast, seat):
    """Let somebody leave the circle."""
    with cast.app.app_context():
        spaces.leave(seat.me(), db.session.get(Space, cast.spaces.circle))


def test_notices_of_a_group_that_one_has_left_stay_there(cast):
    number = talk.starts(cast, cast.neighbour, "Closed doors", space="circle", audience="space")
    talk.replies(cast, cast.chair, number, "Marmalade behind closed doors.")
    tell(cast.app)
    assert any("Marmalade" in words for words in taken(cast, cast.neighbour).values())
    goes(cast, cast.neighbour)
    files = taken(cast, cast.neighbour)
    assert not [name for name, words in files.items() if "Marmalade" in words]
    assert "Closed doors" in files["json/thread.json"]  # one's own words are one's own


def test_what_others_wrote_into_ones_own_discussion_stays_there(cast):
    number = talk.starts(cast, cast.neighbour, "Closed doors", space="circle", audience="space")
    goes(cast, cast.neighbour)
    with cast.app.app_context(), atomic():
        care.conclude(cast.chair.me(), locate(f"thread:{number}"), "We chose the zebra.")
    files = taken(cast, cast.neighbour)
    assert not [name for name, words in files.items() if "zebra" in words]
    row = json.loads(files["json/thread.json"])[0]
    assert row["title"] == "Closed doors" and row["outcome"] is None and row["outcome_by"] is None


def test_two_of_the_secretariat_do_not_both_go(cast):
    """Each could ask while the other was there: the second one waits for somebody who follows."""
    with cast.app.app_context(), atomic():
        db.session.get(Person, cast.chair.id).steward = True
    for who in (cast.steward, cast.chair):
        assert who.posts(f"{DATA}/erase", {"words": "keep", "sure": "y"}).status_code == 303
    with cast.app.app_context():
        with atomic():
            db.session.execute(sa.update(Erasure).values(due=clock.now() - dt.timedelta(minutes=1)))
        for _ in range(2):
            erase.due()
        states = sa.select(Erasure.state).order_by(Erasure.id)
        assert db.session.scalars(states).all() == ["done", "asked"]
        assert db.session.get(Person, cast.chair.id).state == "active"
