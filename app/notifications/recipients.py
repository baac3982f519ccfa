"""One table: for each verb, whom a fact concerns and why. Who may see it is asked afterwards, of all at once."""

import typing as t

import sqlalchemy as sa

from app.core.database import UtcDateTime
from app.core.watches import ALL, FOLLOW, FOLLOWS, MUTE, Watch
from app.extensions import db
from app.members.models import Organisation, OrganisationTheme, Seat, Theme
from app.messages.models import ConversationPerson
from app.spaces.models import Membership

Told = list[tuple[int, str]]  # person, reason
# Reasons, the strongest first: who is told twice of one fact is told for the first of them.
REASONS = (
    "moderation",
    "message",
    "mention",
    "reply",
    "seat",
    "space",
    "ask",
    "due",
    "date",
    "search",
    "follow",
)
CALLS = frozenset({"mention", "seat", "space"})  # somebody was called: a line of its own beside the thing's

_watch, _seat, _member = Watch.__table__, Seat.__table__, Membership.__table__
_org, _work, _theme = Organisation.__table__, OrganisationTheme.__table__, Theme.__table__
_of_refs = _watch.c.ref.in_(sa.bindparam("refs", expanding=True))
_in_time = _watch.c.at <= sa.bindparam("at", type_=UtcDateTime)  # the reader may come late
_FOLLOWERS = sa.select(_watch.c.person_id).where(_of_refs, FOLLOWS, _in_time)
_EVERYTHING = sa.select(_watch.c.person_id).where(_of_refs, _watch.c.level == ALL, _in_time)
_MUTED = sa.select(_watch.c.person_id).where(_watch.c.ref == sa.bindparam("ref"), _watch.c.level == MUTE)
_nearer = _watch.alias()
_SILENT = _MUTED.where(  # a group is silent, but not a discussion in it that one follows
    ~sa.exists().where(
        _nearer.c.person_id == _watch.c.person_id,
        _nearer.c.ref == sa.bindparam("root"),
        _nearer.c.level == FOLLOW,
    )
)
_HOME = sa.select(_org.c.region, _org.c.country).where(_org.c.id == sa.bindparam("number"))
_WORKS_ON = (
    sa.select(_theme.c.key)
    .join_from(_work, _theme, _theme.c.id == _work.c.theme_id)
    .where(_work.c.organisation_id == sa.bindparam("number"))
)
_SEATED = sa.select(_seat.c.person_id).where(
    _seat.c.organisation_id.in_(sa.bindparam("numbers", expanding=True)), _seat.c.ended.is_(None)
)
_ANSWERING = _SEATED.where(_seat.c.may_answer)
_KEEPERS = sa.select(_member.c.person_id).where(
    _member.c.space_id.in_(sa.bindparam("numbers", expanding=True)),
    _member.c.role == "facilitator",
    _member.c.state == "in",
)
_talking = ConversationPerson.__table__
_TALKING = sa.select(_talking.c.person_id).where(
    _talking.c.conversation_id == sa.bindparam("number"), _talking.c.read < sa.bindparam("nth"),
    _talking.c.left_at.is_(None), sa.not_(_talking.c.muted),
)  # fmt: skip


def mentioned(fact: t.Any) -> Told:
    """Whom the words call: people; organisations reach their seats, spaces those who look after them."""
    of_kind: dict[str, list[int]] = {"person": [], "organisation": [], "space": []}
    for ref in fact.data.get("mentions", ()):
        kind, _colon, number = ref.partition(":")
        if kind in of_kind and number.isdigit():
            of_kind[kind].append(int(number))
    told = [(number, "mention") for number in of_kind["person"]]
    told += _each(_SEATED, "seat", numbers=of_kind["organisation"])
    return told + _each(_KEEPERS, "space", numbers=of_kind["space"])


def _each(statement: t.Any, reason: str, *, numbers: list[int]) -> Told:
    if not numbers:
        return []
    return [(number, reason) for number in db.session.scalars(statement, {"numbers": numbers})]


def _followers(fact: t.Any, *refs: str) -> Told:
    """Who followed one of these when it happened."""
    return [(n, "follow") for n in db.session.scalars(_FOLLOWERS, {"refs": list(refs), "at": fact.at})]


def answered(fact: t.Any) -> Told:
    """Who wrote the post that this one answers."""
    return [(fact.data["to_id"], "reply")] if fact.data.get("to_id") else []


def _around(fact: t.Any) -> Told:
    """Who follows the space, the organisation or the person that something new comes from."""
    refs = [("space", fact.space_id), ("organisation", fact.organisation_id), ("person", fact.actor_id)]
    refs += [("topic", fact.data.get("topic")), *_home(fact.organisation_id)]
    return _followers(fact, *(f"{kind}:{key}" for kind, key in refs if key))


def _home(organisation_id: int | None) -> list[tuple[str, str]]:
    """Where an organisation is and what it works on: regions, countries and themes can be followed too."""
    row = db.session.execute(_HOME, {"number": organisation_id}).first() if organisation_id else None
    if row is None:
        return []
    themes = db.session.scalars(_WORKS_ON, {"number": organisation_id})
    return [("region", row.region), ("country", row.country), *(("theme", key) for key in themes)]


def _all_of(fact: t.Any) -> Told:
    """Who wants to hear of every reply in the group."""
    refs = {"refs": [f"space:{fact.space_id}"], "at": fact.at}
    return [(n, "follow") for n in db.session.scalars(_EVERYTHING, refs)] if fact.space_id else []


def _started(fact: t.Any) -> Told:
    return mentioned(fact) + _around(fact)


def _replied(fact: t.Any) -> Told:
    return mentioned(fact) + answered(fact) + _followers(fact, fact.root) + _all_of(fact)


def _concluded(fact: t.Any) -> Told:
    return mentioned(fact) + _followers(fact, fact.root) + _all_of(fact)


def _moved(fact: t.Any) -> Told:
    return _followers(fact, fact.root)


def _of_event(fact: t.Any) -> Told:
    """Who follows the event; of a series, who follows it or one of the times that the fact is about."""
    refs = [f"event:{number}" for number in fact.data.get("events", ())]
    refs += [f"series:{fact.data['series']}"] if fact.data.get("series") else []
    return _followers(fact, fact.root, *refs)


def _placed(fact: t.Any) -> Told:
    """Who follows an event that stands in another group now; that others see it in the same one is no news to them."""
    return _of_event(fact) if fact.data.get("from") != fact.space_id else []


def _asked(fact: t.Any) -> Told:
    return _each(_KEEPERS, "ask", numbers=[fact.space_id] if fact.space_id else [])


def _added(fact: t.Any) -> Told:
    """Who follows where it comes from; who reviewed it hears what became of that."""
    reviewers = [(number, "reply") for number in fact.data.get("reviewers", ())]
    kinds = [f"{kind}:{key}" for kind in ("doctype", "docseries") if (key := fact.data.get(kind))]
    return reviewers + _around(fact) + _followers(fact, fact.root, *kinds)


def _found(fact: t.Any) -> Told:
    """Who keeps the search that found something."""
    return [(number, "search") for number in fact.data.get("to", ())]


def _dated(fact: t.Any) -> Told:
    """Those who come to an event, as the fact names them."""
    return [(number, "date") for number in fact.data.get("to", ())]


def _chosen(fact: t.Any) -> Told:
    """Who said which time suits, and who follows the search for a date."""
    return _dated(fact) + _followers(fact, f"times:{fact.data.get('poll', 0)}")


def _ended(fact: t.Any) -> Told:
    """Who follows a search for a date that ends without a time: of a time that was chosen another fact tells."""
    return _followers(fact, fact.root) if fact.data.get("ended") else []


def _written(fact: t.Any) -> Told:
    """Who is in the conversation, did not mute it, and has not read the message before this reader came."""
    values = {"number": int(fact.root.partition(":")[2]), "nth": fact.data["number"]}
    return [(person, "message") for person in db.session.scalars(_TALKING, values)]


def _named(fact: t.Any) -> Told:
    """Those whom the fact itself names: deciders, an author, who reported. Never more."""
    return [(number, "moderation") for number in fact.data.get("to", ())]


def _of_action(fact: t.Any) -> Told:
    """Who follows the action; an internal note hangs on itself."""
    return _followers(fact, str(fact.data.get("action", fact.root)))


def _in_action(fact: t.Any) -> Told:
    """The seats of organisations that somebody named, as lead or partner, that may answer for them."""
    return _each(_ANSWERING, "due", numbers=list(fact.data.get("houses", ())))


def _carrying(fact: t.Any) -> Told:
    """The seats that answer for the lead of an action; without a lead, who looks after its group."""
    told = _in_action(fact)
    if told or not fact.space_id:
        return told
    return _each(_KEEPERS, "due", numbers=[fact.space_id])


def _needed(fact: t.Any) -> Told:
    """Who follows the action, or where it comes from."""
    return _of_action(fact) + _around(fact)


RECIPIENTS: dict[str, t.Callable[[t.Any], Told]] = {
    "board.started": _started,
    "board.replied": _replied,
    "board.edited": mentioned,
    "board.concluded": _concluded,
    "board.moved": _moved,
    "feed.shared": _started,
    "calendar.added": _started,
    "calendar.moved": _of_event,
    "calendar.placed": _placed,
    "calendar.cancelled": _of_event,
    "calendar.reinstated": _of_event,
    "actions.proposed": _around,
    "actions.named": _in_action,
    "actions.needed": _needed,
    "actions.pledged": _carrying,
    "actions.withdrawn": _carrying,
    "actions.answered": _in_action,
    "actions.delivered": lambda fact: _in_action(fact) + _of_action(fact),
    "actions.due": _carrying,
    "actions.late": _carrying,
    "actions.state": _of_action,
    "actions.noted": _of_action,
    "actions.reached": _of_action,
    "actions.joined": _of_action,
    "actions.shown": _of_action,
    "calendar.dates_asked": _started,
    "calendar.dates_chosen": _chosen,
    "calendar.dates_closed": _ended,
    "calendar.offered": _dated,
    "calendar.soon": _dated,
    "calendar.over": lambda fact: (
        _dated(fact) + _each(_ANSWERING, "date", numbers=list(fact.data.get("houses", ())))
    ),
    "calendar.minutes_shared": _dated,
    "calendar.minutes_approved": _dated,
    "calendar.amendment": _dated,
    "calendar.amendment_answered": _dated,
    "calendar.speaks": _dated,
    "library.added": _added,
    "library.version": _moved,
    "library.edition": _moved,
    "library.superseded": _moved,
    "library.collection": _around,
    "library.collected": _moved,
    "library.offered": _named,
    "library.wanted": _named,
    "library.withdrawn": _moved,
    "library.revised": _named,
    "library.review_asked": _named,
    "library.reviewed": _named,
    "library.still_valid": _named,
    "library.place_asked": lambda fact: _asked(fact) + _named(fact),
    "library.placed": _named,
    "library.access_asked": _named,
    "library.access_given": _named,
    "library.link_dead": _named,
    "spaces.asked": _asked,
    "spaces.role": _named,
    "arrivals.accepted": _named,
    "arrivals.asked": _named,
    "moderation.opened": _named,
    "moderation.received": _named,
    "moderation.answered": _named,
    "moderation.decided": _named,
    "moderation.appealed": _named,
    "moderation.released": _named,
    "messages.sent": _written,
    "mydata.ready": _named,
    "offices.moderator_given": _named,
    "offices.moderator_taken": _named,
    "offices.steward_given": _named,
    "offices.steward_taken": _named,
    "search.found": _found,
    "seats.contact": _named,
    "seats.contacts": _named,
    "seats.ended": _named,
    "seats.given": _named,
    "seats.ends_soon": _named,
    "seats.got": _named,
    "seats.handed": _named,
    "seats.lost": _named,
    "seats.no_contact": _named,
    "seats.ran_out": _named,
}


def of(fact: t.Any) -> dict[int, str]:
    """Return whom a fact concerns, each for the strongest reason; never who acted, nor who muted the thing."""
    find = RECIPIENTS.get(fact.verb)
    told: dict[int, str] = {}
    for number, reason in sorted(find(fact), key=lambda row: REASONS.index(row[1])) if find else ():
        told.setdefault(number, reason)
    told.pop(fact.actor_id, None)
    return _heard(fact, told)


def _heard(fact: t.Any, told: dict[int, str]) -> dict[int, str]:
    """Without those who muted the thing; called by their own name they hear it, unless its group is silent for them."""
    if not told:
        return told
    muted = set(db.session.scalars(_MUTED, {"ref": fact.root}))
    silent: set[int] = set()
    if fact.space_id:
        silent = set(db.session.scalars(_SILENT, {"ref": f"space:{fact.space_id}", "root": fact.root}))
    return {number: why for number, why in told.items() if not _deaf(number, why, muted, silent)}


def _deaf(number: int, why: str, muted: set[int], silent: set[int]) -> bool:
    if why in ("moderation", "ask"):  # looking after something is no choice of what to hear
        return False
    return number in silent or (number in muted and why != "mention")
