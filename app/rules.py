"""Who may do what: the whole table on one screen. Each rule takes who acts and the thing; sight was asked before.

Routes ask with `require(act, thing)`, templates with `can(act, thing)`. An act that is not here cannot be asked.
"""

import typing as t

from app.core.audience import is_apart
from app.core.policy import Me, Rule, Visitor, rules
from app.spaces import branch, shelf

Who = Me | Visitor
FACILITATES = ("facilitator",)


def anybody(_who: Who, _thing: t.Any) -> bool:
    """Whoever may see it."""
    return True


def member(who: Who, _thing: t.Any) -> bool:
    """Whoever is signed in."""
    return who.is_authenticated


def steward(who: Who, _thing: t.Any) -> bool:
    """The secretariat."""
    return who.steward


def own(who: Who, thing: t.Any) -> bool:
    """The person whose thing it is."""
    return who.id is not None and who.id == getattr(thing, "author_id", getattr(thing, "person_id", None))


def looks_after(who: Who, organisation: t.Any) -> bool:
    """First contacts of an organisation, and the secretariat: its entry, its seats, its logo."""
    return who.steward or any(seat.id == organisation.id and seat.primary for seat in who.seats)


def may_be_briefed(who: Who, seat: t.Any) -> bool:
    """Read what is open in a seat: who holds it, who took it over, and who looks after the organisation."""
    at_it = any(
        own.id == seat.organisation_id and (own.primary or own.before == seat.id) for own in who.seats
    )
    return who.steward or at_it or (who.id == seat.person_id and seat.ended is None)


def inside(who: Who, thing: t.Any) -> bool:
    """Members of the thing's space; in the network's own space and in open ones, every member."""
    return who.is_authenticated and (_open(thing) or who.role_in(_space_id(thing)) not in (None, "observer"))


def facilitates(who: Who, thing: t.Any) -> bool:
    """Facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(_space_id(thing)) in FACILITATES


def moderates(who: Who, thing: t.Any) -> bool:
    """Facilitators, the secretariat and its moderators."""
    return facilitates(who, thing) or who.moderator


def own_or_facilitates(who: Who, thing: t.Any) -> bool:
    """The person whose thing it is, or who looks after its space."""
    return own(who, thing) or facilitates(who, thing)


def _space_id(thing: t.Any) -> int | None:
    kind = getattr(thing, "kind", "")
    return thing.id if kind == "space" else getattr(thing, "space_id", None)


def while_open(rule: Rule) -> Rule:
    """A rule for what is done in a space: in an archived one everything can be read and nothing done."""
    return lambda who, thing: _space_id(thing) not in shelf.archived() and rule(who, thing)


def may_rearrange(who: Who, space: t.Any) -> bool:
    """Move or archive a group: who may change it; the network and its coalitions stay where they are."""
    return may_edit_space(who, space) and space.form in ("chapter", "group")


def _open(thing: t.Any) -> bool:
    """Discussions of public and members' spaces are open to every member; private ones to those inside."""
    return not any(room.startswith("space:") for room in thing.rooms)


def may_reply(who: Who, thread: t.Any) -> bool:
    """Write in a discussion: not when it is locked; when it is closed only who looks after it."""
    if thread.locked or thread.removed or is_apart(thread.audience_id):
        return False
    return inside(who, thread) and (not thread.closed or facilitates(who, thread))


def may_edit(who: Who, post: t.Any) -> bool:
    """Change one's own words, as long as anybody may write there."""
    return own(who, post) and not post.removed and not post.thread.locked and not is_apart(post.audience_id)


def may_thank(who: Who, post: t.Any) -> bool:
    """Thank somebody else for a post."""
    return member(who, post) and not own(who, post) and not post.removed and not is_apart(post.audience_id)


def in_place(rule: Rule) -> Rule:
    """A rule for things that are where they belong: what was taken out of sight waits for a decision first."""
    return lambda who, thing: not is_apart(thing.audience_id) and rule(who, thing)


def may_remove(who: Who, post: t.Any) -> bool:
    """Take a post away: who wrote it, and who looks after the space."""
    return (own(who, post) or moderates(who, post)) and not post.removed


def may_join(who: Who, space: t.Any) -> bool:
    """Join an open space, the secretariat any other; into a private one nobody comes unseen, it is entered."""
    return who.is_authenticated and not space.enclosed and (space.joining == "open" or who.steward)


def may_ask(who: Who, space: t.Any) -> bool:
    """Ask to be let into a space that takes requests; at the door of a private one, who knows it by name."""
    return who.is_authenticated and (space.joining == "request" or may_knock(who, space))


def may_knock(who: Who, space: t.Any) -> bool:
    """Stand before a private space, known by name: whoever is outside, where asking can help."""
    outside = who.is_authenticated and who.role_in(space.id) is None
    return outside and space.sight == "private" and space.joining != "automatic"


def may_leave(who: Who, space: t.Any) -> bool:
    """Leave a space; nobody leaves the network's own. Who is not in it loses nothing."""
    return who.is_authenticated and space.form != "network"


def meets(who: Who, space: t.Any) -> bool:
    """See who belongs to a space: every member; of a private one only those inside."""
    return who.is_authenticated and (not space.enclosed or who.role_in(space.id) is not None)


def may_admit(who: Who, space: t.Any) -> bool:
    """Let people in and out and give roles. The secretariat enters a private space first, which is seen there."""
    return (facilitates(who, space) or in_branch(who, space.id, "people")) and meets(who, space)


def founds(who: Who, _thing: t.Any) -> bool:
    """Found groups somewhere: the secretariat, and whoever looks after a group."""
    return who.steward or any(group.role in FACILITATES for group in who.groups)


def may_edit_space(who: Who, space: t.Any) -> bool:
    """Change a space, or found one in it: who looks after it; the secretariat enters an enclosed one first."""
    return facilitates(who, space) and meets(who, space)


def in_branch(who: Who, space_id: int, duty: str) -> bool:
    """Facilitators of a coalition that a space lies in, where the secretariat gave them the duty."""
    mine = {group.id for group in who.groups if group.role in FACILITATES}
    return bool(mine) and not mine.isdisjoint(branch.above(space_id, duty))


def may_seat(who: Who, organisation: t.Any) -> bool:
    """Give and end seats of an organisation: who looks after it, and facilitators of its coalition that has the duty."""
    if looks_after(who, organisation):
        return True
    mine = {group.id for group in who.groups if group.role in FACILITATES}
    return bool(mine) and not mine.isdisjoint(branch.of_coalition(organisation.coalition, "seats"))


def may_let_in(who: Who, asked: t.Any) -> bool:
    """Answer a request to join: the secretariat, the member's first contacts, after silence its coalition."""
    if who.steward or any(seat.id == asked.organisation_id and seat.primary for seat in who.seats):
        return True
    return asked.stage in ("coalition", "secretariat") and who.role_in(asked.space_id) in FACILITATES


def lets_in(who: Who, _thing: t.Any) -> bool:
    """Whoever may be asked: the secretariat, first contacts, facilitators."""
    at_home = any(seat.primary for seat in who.seats)
    return who.steward or at_home or any(group.role in FACILITATES for group in who.groups)


def may_report(who: Who, thing: t.Any) -> bool:
    """Say that something is wrong with what somebody else wrote, or with somebody's page."""
    mine = own(who, thing) or (thing.kind == "person" and thing.id == who.id)
    return member(who, thing) and not mine and not is_apart(thing.audience_id)


def decides(who: Who, _thing: t.Any) -> bool:
    """The secretariat, its moderators, and whoever looks after a group."""
    return who.steward or who.moderator or any(group.role in FACILITATES for group in who.groups)


def may_decide(who: Who, case: t.Any) -> bool:
    """Decide what one sees a case of; never about what one wrote."""
    return who.id is not None and who.id != case.author_id


def may_suspend(who: Who, case: t.Any) -> bool:
    """Keep somebody out: the secretariat and its moderators, and nobody of their own."""
    return (who.steward or who.moderator) and case.author_id is not None and not case.of_secretariat


def may_answer(who: Who, asked: t.Any) -> bool:
    """Answer an appeal: who decides such cases, but did not decide this one; a suspension is the secretariat's."""
    other = may_decide(who, asked.case) and who.id != asked.decision.by_id
    theirs = asked.decision.deed != "suspend" or may_suspend(who, asked.case)
    return other and theirs and asked.case.readable_by(who.viewer)


def curates(who: Who, thing: t.Any) -> bool:
    """Librarians and facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(_space_id(thing)) in (*FACILITATES, "librarian")


def tends(who: Who, document: t.Any) -> bool:
    """Who entered a document, who may publish for its organisation, and who looks after the library of its home."""
    spoken = document.organisation_id is not None and who.voice(document.organisation_id) is not None
    return own(who, document) or spoken or curates(who, document)


def arranges(who: Who, collection: t.Any) -> bool:
    """Change a collection: who made it, and who looks after the library of its group."""
    return own(who, collection) or curates(who, collection)


def may_describe(who: Who, document: t.Any) -> bool:
    """Describe a document and put in versions, as long as it is not withdrawn."""
    return document.state != "withdrawn" and tends(who, document)


def may_translate(who: Who, edition: t.Any) -> bool:
    """Put in the file of an edition: who looks after the document, and who offered to translate it."""
    volunteer = who.id is not None and who.id == edition.volunteer_id
    return edition.document.state != "withdrawn" and (volunteer or tends(who, edition.document))


def may_publish(who: Who, document: t.Any) -> bool:
    """Publish, plan, have reviewed or throw away what nobody reads yet."""
    return document.state in ("draft", "review", "planned") and tends(who, document)


def may_end(who: Who, document: t.Any) -> bool:
    """Withdraw a document that is read, or say what stands in its place."""
    return document.state in ("published", "superseded") and tends(who, document)


def may_open(who: Who, document: t.Any) -> bool:
    """Open a document that is read for further people, with or without an account."""
    return document.state in ("published", "superseded") and tends(who, document)


def may_review(who: Who, review: t.Any) -> bool:
    """Answer what one was asked about a document."""
    return who.id is not None and who.id == review.reviewer_id


def keeps_some_library(who: Who, _thing: t.Any) -> bool:
    """Bring things over: whoever looks after the library of some group, and the secretariat."""
    return who.steward or any(group.role in (*FACILITATES, "librarian") for group in who.groups)


def keeps_calendar(who: Who, thing: t.Any) -> bool:
    """Events managers and facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(_space_id(thing)) in (*FACILITATES, "events manager")


def hosts(who: Who, event: t.Any) -> bool:
    """Who put an event in, who may speak for its host, and who looks after the calendar of its space."""
    spoken = event.organisation_id is not None and who.voice(event.organisation_id) is not None
    return own(who, event) or spoken or keeps_calendar(who, event)


def may_minute(who: Who, event: t.Any) -> bool:
    """Write the minutes of an event: who hosts it, until they are approved."""
    return event.minutes != "approved" and hosts(who, event)


def may_read_minutes(who: Who, event: t.Any) -> bool:
    """Read minutes: whoever sees the event; a draft only those who write it."""
    return event.minutes in ("shared", "approved") or (hosts(who, event) and who.is_authenticated)


def may_amend(who: Who, event: t.Any) -> bool:
    """Propose another text for minutes that wait for approval."""
    return event.minutes == "shared" and member(who, event)


def leads(who: Who, action: t.Any) -> bool:
    """Carry an action on: who looks after its space, and seats of its lead that may answer for it."""
    return facilitates(who, action) or any(
        seat.id == action.lead_id and seat.may_answer for seat in who.seats
    )


def carries(who: Who, action: t.Any) -> bool:
    """Say how an action goes: who leads it, and seats of its partners that may answer for them."""
    return leads(who, action) or any(seat.may_answer and seat.id in action.partner_ids for seat in who.seats)


def may_take_part(who: Who, action: t.Any) -> bool:
    """Let an organisation take part in an action: seats that may answer for one that does not lead it."""
    over = action.state in ("done", "dropped")
    return not over and any(seat.may_answer and seat.id != action.lead_id for seat in who.seats)


def may_offer(who: Who, action: t.Any) -> bool:
    """Offer what an action needs, in the name of an organisation: seats that may answer for it."""
    return action.state not in ("done", "dropped") and any(seat.may_answer for seat in who.seats)


def may_drop(who: Who, action: t.Any) -> bool:
    """Take an action away: who entered it while it is a proposal, and who looks after its space."""
    return (own(who, action) and action.state == "proposed") or facilitates(who, action)


def may_take_back(who: Who, note: t.Any) -> bool:
    """Take a note away: who wrote it, and who leads its action."""
    return own(who, note) or leads(who, note.action)


def may_send(_who: Who, it: t.Any) -> bool:
    """Write in a conversation: somebody is there who reads it, and neither of two does not want to hear from the other."""
    return bool(it.open)


TABLE: dict[str, Rule] = {
    "file.read": anybody,
    "organisation.read": anybody,
    "organisation.edit": looks_after,
    "organisation.seats": may_seat,
    "seat.briefing": may_be_briefed,
    "arrivals.answer": own,
    "arrivals.requests": lets_in,
    "arrivals.decide": may_let_in,
    "person.read": anybody,
    "members.follow": member,
    "members.mention": member,
    "members.contacts": member,
    "members.export": steward,
    "settings.own": member,
    "mydata.orders": steward,
    "mydata.order": lambda who, person: who.steward and who.id != person.id,
    "space.read": anybody,
    "space.join": while_open(may_join),
    "space.ask": while_open(may_ask),
    "space.leave": may_leave,
    "space.follow": member,
    "space.enter": steward,
    "space.create": founds,
    "space.found": while_open(may_edit_space),
    "space.edit": while_open(may_edit_space),
    "space.move": while_open(may_rearrange),
    "space.archive": may_rearrange,
    "space.knock": member,
    "space.meet": meets,
    "space.people": while_open(may_admit),
    "board.read": anybody,
    "board.start": while_open(inside),
    "board.reply": while_open(may_reply),
    "board.edit": while_open(may_edit),
    "board.remove": may_remove,
    "board.thank": while_open(may_thank),
    "board.follow": member,
    "board.mark_read": member,
    "board.pin": while_open(in_place(facilitates)),
    "board.close": while_open(in_place(own_or_facilitates)),
    "board.lock": while_open(in_place(moderates)),
    "board.conclude": while_open(in_place(own_or_facilitates)),
    "board.move": while_open(in_place(own_or_facilitates)),
    "board.address": while_open(in_place(own_or_facilitates)),
    "board.history": anybody,
    "board.write": member,
    "library.gather": member,
    "library.arrange": while_open(in_place(arranges)),
    "library.numbers": tends,
    "library.offer": member,
    "library.edition": while_open(in_place(may_translate)),
    "library.place": lambda who, document: tends(who, document) or keeps_some_library(who, document),
    "library.read": anybody,
    "library.write": member,
    "library.follow": member,
    "library.add": while_open(inside),
    "library.upload": own,
    "library.edit": while_open(in_place(may_describe)),
    "library.publish": while_open(in_place(may_publish)),
    "library.review": may_review,
    "library.end": in_place(may_end),
    "library.ask": member,
    "library.open": while_open(in_place(may_open)),
    "library.close": tends,
    "library.reinstate": in_place(
        lambda who, document: (
            document.state == "withdrawn"
            and bool(document.version_id or document.link)
            and tends(who, document)
        )
    ),
    "library.curate": while_open(curates),
    "calendar.read": anybody,
    "calendar.write": member,
    "calendar.follow": member,
    "calendar.add": while_open(inside),
    "calendar.edit": while_open(in_place(hosts)),
    "calendar.move": while_open(in_place(hosts)),
    "calendar.cancel": while_open(in_place(hosts)),
    "calendar.answer": in_place(lambda who, event: member(who, event) and not event.outside),
    "calendar.answers": hosts,
    "calendar.ask": while_open(in_place(hosts)),
    "calendar.door": in_place(hosts),
    "calendar.vote": while_open(in_place(member)),
    "calendar.decide": while_open(in_place(hosts)),
    "calendar.subscription": own,
    "calendar.batch": own,
    "calendar.borrowed": member,
    "calendar.borrow": while_open(facilitates),
    "calendar.remove": lambda who, event: hosts(who, event) or moderates(who, event),
    "minutes.read": may_read_minutes,
    "minutes.write": while_open(in_place(may_minute)),
    "minutes.amend": while_open(in_place(may_amend)),
    "minutes.name": keeps_calendar,
    "actions.read": anybody,
    "actions.write": member,
    "actions.follow": member,
    "actions.propose": while_open(inside),
    "actions.name": facilitates,
    "actions.edit": while_open(in_place(leads)),
    "actions.state": while_open(in_place(leads)),
    "actions.note": while_open(in_place(carries)),
    "actions.show": while_open(in_place(carries)),
    "actions.join": while_open(in_place(may_take_part)),
    "actions.pledge": while_open(in_place(may_offer)),
    "actions.unnote": in_place(may_take_back),
    "actions.remove": may_drop,
    "past.begin": keeps_some_library,
    "past.bring": while_open(curates),
    "past.talks": while_open(steward),
    "past.any_talks": steward,
    "messages.own": member,
    "messages.read": member,
    "messages.send": may_send,
    "messages.remove": in_place(lambda who, message: own(who, message) and not message.removed),
    "messages.refuse": lambda who, person: member(who, person) and who.id != person.id,
    "feed.read": anybody,
    "feed.seen": member,
    "feed.share": member,
    "feed.remove": lambda who, update: own(who, update) or moderates(who, update),
    "notices.own": member,
    "search.keep": member,
    "search.own": own,
    "moderation.report": may_report,
    "moderation.own": member,
    "moderation.queue": decides,
    "moderation.read": member,
    "moderation.decide": may_decide,
    "moderation.suspend": may_suspend,
    "moderation.appeal": own,
    "moderation.answer": may_answer,
    "admin.duties": steward,
    "admin.import": steward,
    "admin.members": steward,
    "admin.read": steward,
    "admin.words": steward,
    "admin.mail": steward,
    "admin.audit": steward,
    "admin.settings": steward,
    "admin.sign_in": steward,
    "admin.terms": steward,
    "terms.accept": member,
    "admin.reset_second": lambda who, person: who.steward and who.id != person.id,
}


def register() -> None:
    """Put the table into the gate."""
    rules.clear()
    rules.update(TABLE)
