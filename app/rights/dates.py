"""Who may do what with events, their minutes, and joint actions."""

import typing as t

from app.rights.basics import FACILITATES, Who, facilitates, member, own, space_of


def keeps_calendar(who: Who, thing: t.Any) -> bool:
    """Events managers and facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(space_of(thing)) in (*FACILITATES, "events manager")


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
