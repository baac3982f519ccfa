"""What the secretariat brings over in the small network, in each state, and how its forms are sent."""

import io

from app.core import clock, files
from app.core.audience import STEWARDS, audience_of
from app.core.database import atomic
from app.extensions import db
from app.past import acts
from app.past.models import PastBatch
from app.spaces.models import Space

STATES = {"past": "ready", "past_run": "ready", "past_drop": "ready", "past_done": "done"}
DATA = b"title\nA paper from before\n"


def build(cast):
    """Four batches: one to be read anew, one to take in, one to forget, one to take back."""
    found, steward = {}, cast.steward.me()
    kept = files.keep(io.BytesIO(DATA), "list.csv")
    with atomic():
        space = db.session.get_one(Space, cast.spaces.africa)
        for name, state in STATES.items():
            batch = PastBatch(
                by_id=steward.id, space_id=space.id, audience_id=audience_of(STEWARDS), at=clock.now(), moved=clock.now(),
                name="list.csv", form="table", state=state, hash=kept.hash, how=acts.usual(steward, space, "table", "list.csv"),
                said={"counts": {"documents": 1}}, made={}, done=0, total=1,
            )  # fmt: skip
            db.session.add(batch)
            db.session.flush()
            files.attach(kept, batch.ref, batch, steward.id).state = "ready"
            found[name] = batch.id
    return found


def forms(w, form):
    """Return how each of these forms is sent."""
    how = {"encoding": "", "delimiter": "", "header": "y", "language": "en", "sight": "space", "topic": "network", "type": "",
           "licence": "", "collection": "", "publish": "y"}  # fmt: skip
    return {
        ("past.send", ""): form("steward", "/bring-over", {"space": w.cast.spaces.africa, "file": table}),
        ("past.change", ""): form("steward", f"/bring-over/{w.past}", how),
        ("past.run", ""): form("steward", f"/bring-over/{w.past_run}/run", {}),
        ("past.drop", ""): form("steward", f"/bring-over/{w.past_drop}/drop", {}),
        ("past.undo", ""): form("steward", f"/bring-over/{w.past_done}/undo", {}),
    }


def pages(w):
    """Return an address for each route that shows something."""
    return {"past.index": ("chair", "/bring-over"), "past.one": ("steward", f"/bring-over/{w.past}")}


def table():
    """A table, as a form sends it."""
    return (io.BytesIO(DATA), "list.csv")
