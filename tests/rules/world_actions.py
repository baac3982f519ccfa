"""Joint actions of the small network, and how their forms are sent."""

import datetime as dt

import sqlalchemy as sa

from app.actions import acts, meetings, needed, progress
from app.actions.models import Milestone, Note
from app.core import clock
from app.core.audience import audience_of
from app.core.audience import readdress as _readdress
from app.core.database import atomic
from app.extensions import db
from app.spaces.models import Space

NAMED = {
    "deed": ("africa", "public"),
    "inner_deed": ("network", "members"),
    "hidden_deed": ("circle", "space"),
}
IN_NETWORK = {"inner_deed"}


def build(cast, place, numbers):
    """Let the chair propose actions that it leads with the neighbour, all from one meeting, with notes and a milestone."""
    chair, found = cast.chair.me(), {}
    origin = meetings.add_origin(
        chair, place["africa"], title="Yak meeting", short="Yak", begins="2017-06-21", source="A report"
    )
    progress.add_milestone(chair, origin, "Yak draft", "2019-02")
    for name, (space, audience) in NAMED.items():
        action = acts.propose(
            chair, place[space], title=f"Zebra {name} action", detail=f"Zebra {name} detail.", audience=audience,
            language="en", lead_id=cast.organisations.chair, partner_ids=[cast.organisations.neighbour],
            ends="2030-05", themes=["housing"], origin_id=origin.id, organisation=chair.seats[0],
        )  # fmt: skip
        progress.note(chair, action, f"Zebra {name} note.")
        progress.note(chair, action, f"Yeti {name} note.", internal=True)
        progress.add_milestone(chair, action, f"Zebra {name} milestone", "2029")
        needed.ask(chair, action, "venue", f"Zebra {name} room")
        progress.show(chair, action, f"document:{numbers['doc_paper']}", True)
        found[name] = action.id
    for name in ("spare_deed", "joined_deed"):
        spare = acts.propose(chair, place["circle"], title=f"Plain {name}", audience="space", language="en")
        found[name] = spare.id
        if name == "joined_deed":
            need = needed.ask(chair, spare, "venue", "Yucca room")
            second = needed.ask(chair, spare, "data", "Yucca data")
            found["need"], found["met_need"] = need.id, second.id
            offers = [
                needed.offer(cast.neighbour.me(), spare, one, cast.neighbour.me().seats[0], "Yucca offer")
                for one in (need, second)
            ]
            found["offer"], found["withdrawn_offer"] = (one.id for one in offers)
    found["origin"] = origin.id
    found["spare_origin"] = meetings.add_origin(chair, place["africa"], title="Plain meeting").id
    found["origin_mark"] = db.session.scalar(
        sa.select(sa.func.min(Milestone.id)).where(Milestone.origin_id == origin.id)
    )
    found["deed_note"] = _number(Note, found["deed"])
    found["deed_milestone"] = _number(Milestone, found["deed"])
    return found


def _number(model, action):
    return db.session.scalar(sa.select(sa.func.min(model.id)).where(model.action_id == action))


def said_to(w, name, rooms, author, number, ends="2030-04"):
    """Propose an action in the network whose audience is this set of rooms."""
    with clock.at(clock.now() - dt.timedelta(hours=3 + 3 * number)):
        action = acts.propose(
            author, db.session.get(Space, w.cast.spaces.network), title=f"Zebra {name} action", audience="members",
            language="en", ends=ends, lead_id=w.cast.organisations.chair,
        )  # fmt: skip
    with atomic():
        action.audience_id = audience_of(*rooms)
        action.version += 1
        _readdress(action.ref, action.audience_id)
    w.things[name] = action.ref
    w.in_network.add(name)


SAID = {
    "title": "Quite another action", "detail": "x", "language": "en", "audience": "members", "lead": "PRC", "partners": "",
    "ends": "2031", "form": "research", "origin": "0",
}  # fmt: skip


def forms(w, form):
    """Return how each of these forms is sent."""
    base, network = f"/actions/{w.numbers['deed']}", w.cast.spaces.network
    note, mark = w.numbers["deed_note"], w.numbers["deed_milestone"]
    rows = {
        "actions.propose": form("chair", "/actions/new", {**SAID, "space": network}),
        "actions.edited": form("chair", f"{base}/edit", {
            **SAID, "space": w.cast.spaces.africa, "title": "Zebra deed action, changed", "partners": "NBO"
        }),
        "actions.state": form("chair", f"{base}/state", {"state": "going", "why": "We began."}),
        "actions.note": form("neighbour", f"{base}/notes", {"body": "It goes.", "readers": "inside", "language": "en"}),
        "actions.remove_note": form("chair", f"{base}/notes/{note}/remove", {}),
        "actions.add_milestone": form("chair", f"{base}/milestones", {"title": "A draft", "day": "2030-01"}),
        "actions.evidence": form("neighbour", f"{base}/evidence", {"address": f"/discussions/{w.open}"}),
        "actions.no_evidence": form("chair", f"{base}/evidence/remove", {"ref": f"document:{w.numbers['doc_paper']}"}),
        "actions.remove": form("chair", f"/actions/{w.numbers['spare_deed']}/remove", {}),
    }  # fmt: skip
    other = f"/actions/{w.numbers['joined_deed']}/needs"
    house = {"organisation": w.cast.organisations.chair, "words": "A room."}
    rows |= {
        "actions.ask": form("chair", f"{base}/needs", {"form": "data", "what": "Figures", "until": "2030"}),
        "actions.offer": form("chair", f"{other}/{w.numbers['need']}/offers", house),
    }
    rows |= meeting_forms(w, form)
    found = {(endpoint, ""): one for endpoint, one in rows.items()}
    for state in ("accepted", "delivered"):
        found["actions.answer", state] = form(
            "chair", f"{other}/{w.numbers['need']}/offers/{w.numbers['offer']}/{state}", {}
        )
    for state in ("met", "closed", "open"):
        found["actions.settle", state] = form("chair", f"{other}/{w.numbers['met_need']}/{state}", {})
    for deed in ("follow", "unfollow"):
        found["actions.follow", deed] = form("outsider", f"{base}/{deed}", {})
    for deed in ("join", "leave"):
        found["actions.join", deed] = form(
            "chair",
            f"/actions/{w.numbers['joined_deed']}/{deed}",
            {"organisation": w.cast.organisations.chair},
        )
    for deed in ("reached", "open", "remove"):
        found["actions.milestone", deed] = form("chair", f"{base}/milestones/{mark}/{deed}", {})
    return found


MET = {
    "title": "Yak meeting, changed", "short": "Yak", "language": "en", "audience": "public", "begins": "2017-06-21", "ends": "",
    "place": "Town hall", "convened": "A city", "detail": "x", "aims": "Talk", "attended": "Cities", "event": "", "papers": "",
    "source": "A report",
}  # fmt: skip


def meeting_forms(w, form):
    """Return how the forms of meetings that actions come from are sent."""
    base, mark = f"/actions/from/{w.numbers['origin']}", w.numbers["origin_mark"]
    given = {**MET, "space": w.cast.spaces.africa}
    marked = {
        "title": "Yak draft",
        "day": "2019-03",
        "reached": "y",
        "reached_on": "2019",
        "came": "It came.",
    }
    return {
        "actions.add_origin": form("chair", "/actions/from/new", given),
        "actions.change_origin": form("chair", f"{base}/edit", given),
        "actions.remove_origin": form("chair", f"/actions/from/{w.numbers['spare_origin']}/remove", {}),
        "actions.add_mark": form("chair", f"{base}/milestones", {"title": "Yak end", "day": "2020"}),
        "actions.change_mark": form("chair", f"{base}/milestones/{mark}", marked),
        "actions.drop_mark": form("chair", f"{base}/milestones/{mark}/remove", {}),
        "actions.add_agreed": form("chair", f"{base}/actions", {"address": f"/actions/{w.numbers['deed']}", "section": "A"}),
        "actions.drop_agreed": form("chair", f"{base}/actions/{w.numbers['deed']}/remove", {}),
    }  # fmt: skip


def pages(w):
    """Return for every route that shows something an address that answers it."""
    base = f"/actions/{w.numbers['deed']}"
    met = f"/actions/from/{w.numbers['origin']}"
    return {
        "actions.index": ("visitor", "/actions"), "actions.board": ("visitor", "/actions/board"),
        "actions.roadmap": ("visitor", "/actions/roadmap"), "actions.needs": ("visitor", "/actions/needs"),
        "actions.choose": ("chair", f"/actions/evidence?of=/library/{w.numbers['doc_paper']}"),
        "actions.table": ("visitor", "/actions.csv"),
        "actions.table_of_one": ("outsider", f"{base}/action.csv"),
        "actions.show_one": ("visitor", base), "actions.new": ("outsider", "/actions/new"),
        "actions.hearers": ("outsider", f"/actions/new/hearers?space={w.cast.spaces.network}&audience=members"),
        "actions.note_hearers": ("chair", f"{base.partition('-')[0]}/hearers?readers=inside"),
        "actions.edit": ("chair", f"{base}/edit"), "actions.removing": ("chair", f"{base}/remove"),
        "actions.removing_note": ("chair", f"{base}/notes/{w.numbers['deed_note']}/remove"),
        "actions.origin": ("visitor", met), "actions.new_origin": ("chair", "/actions/from/new"),
        "actions.edit_origin": ("chair", f"{met}/edit"), "actions.removing_origin": ("chair", f"{met}/remove"),
        "actions.edit_mark": ("chair", f"{met}/milestones/{w.numbers['origin_mark']}"),
    }  # fmt: skip
