"""One table: the sentence of a notice, by why the person is told and what happened last."""

import datetime as dt
import typing as t

from markupsafe import Markup

from app.core import former, when
from app.core.languages import _, lazy, zone
from app.members import names

WHO = Markup('<a class="who" href="{}"><bdi>{}</bdi></a>')
THING = Markup('<a href="{}" dir="auto"{}>{}</a>')
Say = t.Callable[[t.Any, t.Any], Markup]

BY_REASON: dict[str, Say] = {
    "mention": lambda who, thing: _("%(who)s mentioned you in %(thing)s", who=who, thing=thing),
    "seat": lambda who, thing: _("%(who)s mentioned your organisation in %(thing)s", who=who, thing=thing),
    "space": lambda who, thing: _(
        "%(who)s called who looks after a group, in %(thing)s", who=who, thing=thing
    ),
    "ask": lambda who, thing: _("%(who)s asks to join %(thing)s", who=who, thing=thing),
}
BY_VERB: dict[str, Say] = {
    "board.started": lambda who, thing: _("%(who)s started the discussion %(thing)s", who=who, thing=thing),
    "board.replied": lambda who, thing: _("%(who)s replied in %(thing)s", who=who, thing=thing),
    "board.concluded": lambda who, thing: _("%(who)s wrote where %(thing)s stands", who=who, thing=thing),
    "board.moved": lambda who, thing: _("%(who)s moved %(thing)s", who=who, thing=thing),
    "arrivals.accepted": lambda who, thing: _(
        "%(who)s took up the invitation to %(thing)s", who=who, thing=thing
    ),
    "arrivals.asked": lambda who, thing: _("A request to join waits for an answer: %(thing)s", thing=thing),
    "moderation.opened": lambda who, thing: _("Something waits for a decision: %(thing)s", thing=thing),
    "moderation.received": lambda who, thing: _(
        "Thank you. Your report %(thing)s was received and will be looked at.", thing=thing
    ),
    "moderation.answered": lambda who, thing: _("Your report %(thing)s was decided", thing=thing),
    "moderation.decided": lambda who, thing: _("There is a decision about %(thing)s", thing=thing),
    "moderation.appealed": lambda who, thing: _("Somebody asks to look again at %(thing)s", thing=thing),
    "moderation.released": lambda who, thing: _("What you wrote was looked at: %(thing)s", thing=thing),
    "messages.sent": lambda who, thing: _("%(who)s wrote to you", who=who),
    "mydata.ready": lambda who, thing: thing,
    "search.found": lambda who, thing: _(
        "There is something new in the search that you keep: %(thing)s", thing=thing
    ),
    "seats.got": lambda who, thing: _("You have a seat in %(thing)s now", thing=thing),
    "seats.lost": lambda who, thing: _("Your seat in %(thing)s has ended", thing=thing),
    "seats.contact": lambda who, thing: _("You are a first contact of %(thing)s now", thing=thing),
    "seats.no_contact": lambda who, thing: _("You are no longer a first contact of %(thing)s", thing=thing),
    "seats.given": lambda who, thing: _("Somebody new has a seat in %(thing)s", thing=thing),
    "seats.ended": lambda who, thing: _("A seat in %(thing)s has ended", thing=thing),
    "seats.handed": lambda who, thing: _("A seat in %(thing)s was handed over", thing=thing),
    "seats.contacts": lambda who, thing: _("The first contacts of %(thing)s have changed", thing=thing),
    "seats.ends_soon": lambda who, thing: _("A seat in %(thing)s ends soon, as it was planned", thing=thing),
    "seats.ran_out": lambda who, thing: _("A seat in %(thing)s has ended, as it was planned", thing=thing),
    "offices.steward_given": lambda who, thing: _("You are of the secretariat now: %(thing)s", thing=thing),
    "offices.steward_taken": lambda who, thing: _(
        "You are of the secretariat no longer: %(thing)s", thing=thing
    ),
    "offices.moderator_given": lambda who, thing: _(
        "You are a moderator of the network now: %(thing)s", thing=thing
    ),
    "offices.moderator_taken": lambda who, thing: _(
        "You are a moderator of the network no longer: %(thing)s", thing=thing
    ),
    "spaces.role": lambda who, thing: _("You have another role in %(thing)s now", thing=thing),
    "feed.shared": lambda who, thing: _("%(who)s shared an update: %(thing)s", who=who, thing=thing),
    "calendar.added": lambda who, thing: _(
        "%(who)s put the event %(thing)s into the calendar", who=who, thing=thing
    ),
    "calendar.moved": lambda who, thing: _(
        "%(who)s changed when or where %(thing)s takes place", who=who, thing=thing
    ),
    "calendar.placed": lambda who, thing: _("%(who)s moved %(thing)s to another group", who=who, thing=thing),
    "calendar.cancelled": lambda who, thing: _("%(who)s cancelled %(thing)s", who=who, thing=thing),
    "calendar.dates_asked": lambda who, thing: _(
        "%(who)s asks which time suits: %(thing)s", who=who, thing=thing
    ),
    "calendar.dates_chosen": lambda who, thing: _(
        "A time is chosen: %(thing)s. Say whether you come.", thing=thing
    ),
    "calendar.dates_closed": lambda who, thing: _(
        "%(who)s ended the search for a date: %(thing)s", who=who, thing=thing
    ),
    "calendar.offered": lambda who, thing: _(
        "A place is free for you: %(thing)s. It is kept for a day.", thing=thing
    ),
    "calendar.soon": lambda who, thing: _("%(thing)s begins soon", thing=thing),
    "calendar.over": lambda who, thing: _(
        "%(thing)s is over: minutes, papers or a recording can be added", thing=thing
    ),
    "calendar.speaks": lambda who, thing: _(
        "%(who)s named you as a speaker at %(thing)s", who=who, thing=thing
    ),
    "calendar.reinstated": lambda who, thing: _("%(thing)s takes place after all", thing=thing),
    "calendar.minutes_shared": lambda who, thing: _(
        "The draft minutes of %(thing)s can be read and amended", thing=thing
    ),
    "calendar.minutes_approved": lambda who, thing: _("The minutes of %(thing)s are approved", thing=thing),
    "calendar.amendment": lambda who, thing: _(
        "%(who)s proposes an amendment to the minutes of %(thing)s", who=who, thing=thing
    ),
    "calendar.amendment_answered": lambda who, thing: _(
        "%(who)s answered your amendment to the minutes of %(thing)s", who=who, thing=thing
    ),
    "actions.proposed": lambda who, thing: _(
        "%(who)s proposed the joint action %(thing)s", who=who, thing=thing
    ),
    "actions.named": lambda who, thing: _(
        "%(who)s named your organisation for the joint action %(thing)s", who=who, thing=thing
    ),
    "actions.needed": lambda who, thing: _("%(who)s asks for something for %(thing)s", who=who, thing=thing),
    "actions.pledged": lambda who, thing: _("%(who)s offers something for %(thing)s", who=who, thing=thing),
    "actions.withdrawn": lambda who, thing: _(
        "%(who)s takes back an offer for %(thing)s", who=who, thing=thing
    ),
    "actions.answered": lambda who, thing: _(
        "%(who)s answered your offer for %(thing)s", who=who, thing=thing
    ),
    "actions.delivered": lambda who, thing: _(
        "%(who)s thanks for what came for %(thing)s", who=who, thing=thing
    ),
    "actions.due": lambda who, thing: _("The joint action %(thing)s is due within two weeks", thing=thing),
    "actions.late": lambda who, thing: _(
        "The joint action %(thing)s is overdue. How does it go?", thing=thing
    ),
    "actions.state": lambda who, thing: _("%(who)s changed the status of %(thing)s", who=who, thing=thing),
    "actions.noted": lambda who, thing: _("%(who)s wrote how %(thing)s goes", who=who, thing=thing),
    "actions.reached": lambda who, thing: _("%(who)s reached a milestone of %(thing)s", who=who, thing=thing),
    "actions.joined": lambda who, thing: _("%(who)s takes part in %(thing)s", who=who, thing=thing),
    "actions.shown": lambda who, thing: _(
        "%(who)s added what shows how %(thing)s goes", who=who, thing=thing
    ),
    "library.added": lambda who, thing: _("%(who)s shared the document %(thing)s", who=who, thing=thing),
    "library.version": lambda who, thing: _(
        "%(who)s put in a new version of %(thing)s", who=who, thing=thing
    ),
    "library.edition": lambda who, thing: _(
        "%(who)s put in %(thing)s in a further language", who=who, thing=thing
    ),
    "library.superseded": lambda who, thing: _(
        "Another document stands in place of %(thing)s now", thing=thing
    ),
    "library.withdrawn": lambda who, thing: _(
        "%(who)s withdrew the document %(thing)s", who=who, thing=thing
    ),
    "library.revised": lambda who, thing: _(
        "%(who)s put in a new version of %(thing)s, which you review", who=who, thing=thing
    ),
    "library.review_asked": lambda who, thing: _(
        "%(who)s asks you to review %(thing)s", who=who, thing=thing
    ),
    "library.reviewed": lambda who, thing: _("%(who)s reviewed %(thing)s", who=who, thing=thing),
    "library.still_valid": lambda who, thing: _(
        "Is %(thing)s still valid? Its day to be looked at has come.", thing=thing
    ),
    "library.place_asked": lambda who, thing: _(
        "%(who)s asks you to take in %(thing)s", who=who, thing=thing
    ),
    "library.placed": lambda who, thing: _("%(who)s took in %(thing)s", who=who, thing=thing),
    "library.collection": lambda who, thing: _("%(who)s made the collection %(thing)s", who=who, thing=thing),
    "library.collected": lambda who, thing: _("%(who)s put documents into %(thing)s", who=who, thing=thing),
    "library.offered": lambda who, thing: _(
        "%(who)s works on a translation of %(thing)s", who=who, thing=thing
    ),
    "library.wanted": lambda who, thing: _(
        "%(who)s wants %(thing)s in a further language", who=who, thing=thing
    ),
    "library.access_asked": lambda who, thing: _("%(who)s asks to read %(thing)s", who=who, thing=thing),
    "library.access_given": lambda who, thing: _("%(who)s opened %(thing)s for you", who=who, thing=thing),
    "library.link_dead": lambda who, thing: _(
        "The address of %(thing)s on the web does not answer any longer", thing=thing
    ),
}
# Under the name of the thing, in a summary.
SHORT: dict[str, t.Callable[[t.Any], Markup]] = {
    "mention": lambda who: _("%(who)s mentioned you", who=who),
    "seat": lambda who: _("%(who)s mentioned your organisation", who=who),
    "space": lambda who: _("%(who)s called who looks after a group", who=who),
    "ask": lambda who: _("%(who)s asks to join", who=who),
    "reply": lambda who: _("%(who)s replied to you", who=who),
    "board.started": lambda who: _("%(who)s started this discussion", who=who),
    "board.replied": lambda who: _("%(who)s replied", who=who),
    "board.concluded": lambda who: _("%(who)s wrote where it stands", who=who),
    "board.moved": lambda who: _("%(who)s moved it", who=who),
    "feed.shared": lambda who: _("%(who)s shared this update", who=who),
    "calendar.added": lambda who: _("%(who)s put this event into the calendar", who=who),
    "calendar.moved": lambda who: _("%(who)s changed when or where it takes place", who=who),
    "calendar.placed": lambda who: _("%(who)s moved it to another group", who=who),
    "calendar.cancelled": lambda who: _("%(who)s cancelled it", who=who),
    "calendar.dates_asked": lambda who: _("%(who)s asks which time suits", who=who),
    "calendar.dates_chosen": lambda who: _("A time is chosen. Say whether you come."),
    "calendar.dates_closed": lambda who: _("%(who)s ended this search for a date", who=who),
    "calendar.offered": lambda who: _("A place is free for you. It is kept for a day."),
    "calendar.soon": lambda who: _("It begins soon"),
    "calendar.over": lambda who: _("It is over. Minutes, papers or a recording can be added"),
    "calendar.speaks": lambda who: _("%(who)s named you as a speaker", who=who),
    "calendar.reinstated": lambda who: _("It takes place after all"),
    "calendar.minutes_shared": lambda who: _("Its draft minutes can be read and amended"),
    "calendar.minutes_approved": lambda who: _("Its minutes are approved"),
    "calendar.amendment": lambda who: _("%(who)s proposes an amendment to its minutes", who=who),
    "calendar.amendment_answered": lambda who: _("%(who)s answered your amendment to its minutes", who=who),
    "actions.proposed": lambda who: _("%(who)s proposed this joint action", who=who),
    "actions.named": lambda who: _("%(who)s named your organisation for it", who=who),
    "actions.needed": lambda who: _("%(who)s asks for something for it", who=who),
    "actions.pledged": lambda who: _("%(who)s offers something for it", who=who),
    "actions.withdrawn": lambda who: _("%(who)s takes back an offer", who=who),
    "actions.answered": lambda who: _("%(who)s answered your offer", who=who),
    "actions.delivered": lambda who: _("%(who)s thanks for what came", who=who),
    "actions.due": lambda who: _("It is due within two weeks"),
    "actions.late": lambda who: _("It is overdue. How does it go?"),
    "actions.state": lambda who: _("%(who)s changed its status", who=who),
    "actions.noted": lambda who: _("%(who)s wrote how it goes", who=who),
    "actions.reached": lambda who: _("%(who)s reached a milestone", who=who),
    "actions.joined": lambda who: _("%(who)s takes part in it", who=who),
    "actions.shown": lambda who: _("%(who)s added what shows how it goes", who=who),
    "library.added": lambda who: _("%(who)s shared this document", who=who),
    "library.version": lambda who: _("%(who)s put in a new version", who=who),
    "library.edition": lambda who: _("%(who)s put it in in a further language", who=who),
    "library.superseded": lambda who: _("Another document stands in its place now"),
    "library.withdrawn": lambda who: _("%(who)s withdrew it", who=who),
}
FILTERS: dict[str, t.Any] = {
    "": lazy("All"),
    "unread": lazy("Unread"),
    "mentions": lazy("Mentions"),
    "replies": lazy("Replies"),
}


def sentence(notice: t.Any) -> Markup:
    """Return who did what, with the actor and the thing as links."""
    by = notice.by
    url = notice.url if notice.verb == "messages.sent" else by.get("url", "")  # its sentence names no thing
    who = WHO.format(url, former.said(by["name"])) if by.get("name") else Markup("")
    lang = Markup(' lang="{}"').format(notice.lang) if notice.lang else Markup("")
    return _say(notice, who, THING.format(notice.url, lang, notice.title))


def in_mail(notice: t.Any) -> Markup:
    """Return who did what for a mail: no links, for the mail has one button."""
    who = Markup("<b><bdi>{}</bdi></b>").format(notice.by.get("name", ""))
    lang = Markup(' lang="{}"').format(notice.lang) if notice.lang else Markup("")
    return _say(notice, who, Markup('<b><bdi dir="auto"{}>{}</bdi></b>').format(lang, notice.title))


def has_short(notice: t.Any) -> bool:
    """Say whether a summary puts the name of the thing above it; else its sentence says all."""
    return notice.reason in SHORT or notice.verb in SHORT


def in_summary(notice: t.Any) -> Markup:
    """Return who did what, where the name of the thing stands above it."""
    plain = notice.reason not in ("reply", "ask") or notice.verb in ("board.replied", "spaces.asked")
    say = (SHORT.get(notice.reason) if plain else None) or SHORT.get(notice.verb)
    who = Markup("<b><bdi>{}</bdi></b>").format(notice.by.get("name", ""))
    if _is_reminder(notice):
        return _("It begins soon: %(when)s", when=_begins(notice.by["begins"]))
    return say(who) if say else in_mail(notice)


def _say(notice: t.Any, who: Markup, thing: Markup) -> Markup:
    if notice.reason == "reply" and notice.verb == "board.replied":
        return _("%(who)s replied to you in %(thing)s", who=who, thing=thing)
    if _is_reminder(notice):
        return _("%(thing)s begins soon: %(when)s", thing=thing, when=_begins(notice.by["begins"]))
    own = "" if notice.verb == "library.place_asked" else notice.reason
    say = BY_REASON.get(own) or BY_VERB.get(notice.verb) or BY_VERB["board.replied"]
    return say(who, thing)


def _is_reminder(notice: t.Any) -> bool:
    return notice.verb == "calendar.soon" and "begins" in notice.by


def _begins(text: str) -> str:
    """Say when something begins on the reader's clocks, with the place that these are named after; a day is a day."""
    if len(text) == len("2027-03-01"):
        return when.date(dt.date.fromisoformat(text), "EEEE d MMMM")
    there = when.local(dt.datetime.fromisoformat(text))
    parts = [when.date(there.date(), "EEEE d MMMM"), when.time(there), names.zone_words(zone(), there)]
    return str(_(", ")).join(parts)
