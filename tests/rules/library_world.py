"""The library of the small network: documents in every state, and how each of its forms is filled in."""

import datetime as dt
import io
import typing as t

import sqlalchemy as sa

from app.core import clock, files
from app.core.audience import audience_of, readdress
from app.core.database import atomic
from app.extensions import db
from app.library import access, acts, guests
from app.library.models import AccessRequest, Document, GuestLink
from app.spaces.models import Space

LATER = dt.timedelta(days=30)
NAMED = ("paper", "inner_paper", "hidden_paper", "draft", "in_review", "withdrawn")
DRAFTS = ("draft", "to_publish", "to_plan", "planned", "to_discard", "in_review")
SOUND = (
    b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0" + b"\0" * 64
)
SAID = {"title": "Quite other words", "language": "en", "sight": "members"}


class Form(t.NamedTuple):
    """How to send one form: who, where, what."""

    who: str
    path: str
    fields: dict[str, t.Any]
    method: str = "POST"


def entered(author, space, name, *, sight="members", official=True):
    """Enter a document whose words bear its name."""
    kept = files.keep(io.BytesIO(f"Zebra {name} page.".encode()), f"{name}.txt")
    fields = {
        "title": f"Zebra {name} paper",
        "abstract": f"Zebra {name} words.",
        "language": "en",
        "sight": sight,
    }
    return acts.create(
        author, fields, space=space, organisation=author.seats[0] if official else None, file=kept
    )


def published(author, space, name, **more):
    """Enter a document and publish it."""
    document = entered(author, space, name, **more)
    acts.publish(author, document)
    return document


def build(cast, place):
    """Documents of the chair: one of each state, and some for the forms; return their numbers by name."""
    chair, found = cast.chair.me(), {}
    for name, space, sight in (
        ("paper", "africa", "public"), ("inner_paper", "network", "members"), ("hidden_paper", "circle", "space"),
    ):  # fmt: skip
        found[name] = published(chair, place[space], name, sight=sight).id
    for name in ("to_supersede", "to_withdraw", "withdrawn"):
        found[name] = published(chair, place["africa"], name).id
    for name in DRAFTS:
        found[name] = entered(chair, place["network"], name).id
    paper = db.session.get(Document, found["paper"])
    acts.add_version(
        chair, paper, files.keep(io.BytesIO(b"Zebra paper, better."), "paper.txt"), note="Better."
    )
    sound = files.keep(io.BytesIO(SOUND), "talk.wav")
    fields = {"title": "Zebra sound talk", "language": "en", "sight": "members"}
    found["sound"] = acts.create(chair, fields, space=place["network"], file=sound).id
    acts.withdraw(chair, db.session.get(Document, found["withdrawn"]), "The figures were wrong.")
    acts.plan(chair, db.session.get(Document, found["planned"]), clock.now() + LATER, "UTC")
    acts.ask_review(chair, db.session.get(Document, found["in_review"]), [cast.neighbour.id])
    opened(cast, db.session.get(Document, found["hidden_paper"]))
    return {f"doc_{name}": number for name, number in found.items()}


GUEST = "a-guest-link-of-the-small-network"


def opened(cast, document):
    """Somebody asks to read a document, somebody reads it by name; two guest links lead to it."""
    chair = cast.chair.me()
    access.give(chair, document, cast.neighbour.id)
    access.hear(document.id, cast.outsider.id, "Please.")
    for token in (GUEST, f"{GUEST}-2"):
        guests.make(chair, document, token, until=clock.now() + LATER)


def opened_numbers(w):
    """Return a request, a guest link that is not used otherwise, and a file of the document."""
    with w.cast.app.app_context():
        number = w.numbers["doc_hidden_paper"]
        asked = db.session.scalar(sa.select(AccessRequest.id).where(AccessRequest.document_id == number))
        link = db.session.scalar(sa.select(sa.func.max(GuestLink.id)).where(GuestLink.document_id == number))
        row = files.of(f"document:{number}")
        file = next(one for rows in row.values() for one in rows)
        return asked, link, f"{file.id}/{file.name}"


def said_to(w, name, rooms, author, number):
    """Publish a document in the network whose audience is this set of rooms."""
    with clock.at(clock.now() - dt.timedelta(hours=3 + 3 * number)):
        document = published(author, db.session.get(Space, w.cast.spaces.network), name)
    with atomic():
        document.audience_id = audience_of(*rooms)
        readdress(document.ref, document.audience_id)
    w.things[name] = document.ref
    w.in_network.add(name)


def a_file():
    """A text file as a browser sends it."""
    return (io.BytesIO(b"Quite another file."), "other.txt")


def captions():
    """Captions as a browser sends them."""
    return (io.BytesIO(b"WEBVTT\n\n00:01.000 --> 00:02.000\nWords.\n"), "talk.vtt")


def forms(w):
    """Return how each form of a document is sent."""
    day = (clock.now() + LATER).date().isoformat()

    def at(name, tail):
        return f"/library/{w.numbers[f'doc_{name}']}{tail}"

    found = {
        "library_work.edit": Form("chair", at("draft", "/edit"), SAID),
        "library_work.publish": Form("chair", at("to_publish", "/publish"), {}),
        "library_work.plan": Form("chair", at("to_plan", "/plan"), {"day": day, "hour": "09:00", "zone": "Europe/Vienna"}),
        "library_work.unplan": Form("chair", at("planned", "/unplan"), {}),
        "library_work.supersede": Form("chair", at("to_supersede", "/supersede"), {"address": at("paper", "")}),
        "library_work.withdraw": Form("chair", at("to_withdraw", "/withdraw"), {"reason": "It was wrong."}),
        "library_work.reinstate": Form("chair", at("withdrawn", "/reinstate"), {}),
        "library_work.discard": Form("chair", at("to_discard", "/discard"), {}),
        "library_work.still_valid": Form("chair", at("paper", "/still-valid"), {}),
        "library_files.add": Form("chair", at("paper", "/versions"), {"file": a_file, "language": "en", "status": "official"}),
        "library_files.restore": Form("chair", at("paper", "/v/1/restore"), {}),
        "library_reading.draw": Form("outsider", f"/library/pages/{first_page(w)}/draw", {}),
        "library_reading.captions": Form("chair", at("sound", "/captions"), {"captions": captions, "v": "1", "lang": "en"}),
        "library_review.ask": Form("chair", at("draft", "/review"), {"people": "@neighbour"}),
        "library_review.answer": Form("neighbour", at("in_review", "/answer"), {"answer": "ready", "words": "Good."}),
    }  # fmt: skip
    asked, link, _file = opened_numbers(w)
    found |= {
        "library_access.ask": Form("neighbour", at("draft", "/ask"), {"words": "Please."}),
        "library_access.give": Form("chair", at("hidden_paper", "/access"), {"person": "@steward", "until": day}),
        "library_access.end": Form("chair", at("hidden_paper", f"/access/people/{w.cast.neighbour.id}/end"), {}),
        "library_access.link": Form("chair", at("hidden_paper", "/guests"), {"until": day, "most": "5", "note": "x"}),
        "library_access.end_link": Form("chair", at("hidden_paper", f"/guests/{link}/end"), {}),
        "library_guests.opened": Form("visitor", f"/library/guest/{GUEST}", {}),
    }  # fmt: skip
    rows = {(endpoint, ""): form for endpoint, form in found.items()}
    for deed in ("give", "no"):
        rows["library_access.answer", deed] = Form("chair", at("hidden_paper", f"/access/{asked}/{deed}"), {})
    for deed in ("follow", "unfollow"):
        rows["library.follow", deed] = Form("outsider", at("paper", f"/{deed}"), {})
    return rows


def first_page(w):
    """Return the first page of the newest version of a document."""
    with w.cast.app.app_context():
        return int(db.session.get(Document, w.numbers["doc_paper"]).parts()[0].partition(":")[2])


def pages(w):
    """Return for every page of a document an address that answers it."""

    def at(name, tail):
        return f"/library/{w.numbers[f'doc_{name}']}{tail}"

    _asked, _link, file = opened_numbers(w)
    guest = f"/library/guest/{GUEST}"
    w.cast.neighbour.client.post(guest)
    return {
        "library_access.index": ("chair", at("hidden_paper", "/access")),
        "library_guests.show": ("visitor", guest), "library_guests.text": ("neighbour", f"{guest}/text/en"),
        "library_guests.file": ("neighbour", f"{guest}/files/{file}"),
        "library.show": ("visitor", at("paper", "")), "library.version": ("visitor", at("paper", "/v/1")),
        "library.card": ("visitor", at("paper", "/card?fragment=1")),
        "library_reading.read": ("visitor", at("paper", "/read")),
        "library_reading.page": ("visitor", f"/library/pages/{first_page(w)}"),
        "library_reading.part": ("visitor", at("paper", "/preview?fragment=1")),
        "library_reading.difference": ("visitor", at("paper", "/difference")),
        "board.about": ("visitor", f"/discussions/about?ref=document:{w.doc_paper}&fragment=1"),
        "library_work.edit": ("chair", at("draft", "/edit")),
        "library_work.hearers": ("chair", at("draft", "/hearers?sight=members")),
        "library_work.plan": ("chair", at("draft", "/plan")), "library_work.supersede": ("chair", at("paper", "/supersede")),
        "library_work.withdraw": ("chair", at("paper", "/withdraw")), "library_work.discard": ("chair", at("draft", "/discard")),
        "library_files.add": ("chair", at("paper", "/versions")), "library_review.ask": ("chair", at("draft", "/review")),
        "library_review.answer": ("neighbour", at("in_review", "/answer")),
    }  # fmt: skip
