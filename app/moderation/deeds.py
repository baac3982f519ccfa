"""What each decision does to what it is about, and how the different kinds of things are read for a case."""

import typing as t

import sqlalchemy as sa
from markupsafe import escape

from app.actions import acts as actions
from app.actions import care as actions_care
from app.board import acts as board
from app.board import held as holding
from app.board import hiding
from app.board.models import Post
from app.calendar import acts as events
from app.calendar import polling
from app.core import apart, audit, mail
from app.core.audience import is_apart, organisation_room, person_room
from app.core.database import locate
from app.core.text import plain
from app.extensions import db
from app.feed import acts as feed
from app.library import hiding as documents
from app.members import acts as members
from app.members import portraits, profile, suspensions
from app.members.models import Organisation, Person
from app.messages import acts as messages
from app.messages.models import Conversation
from app.moderation.models import Case, Decision, Report
from app.spaces import branch
from app.spaces.models import Space

TALK = ("thread", "post")
SAID_OF_ITSELF = ("office", "fields")  # of a member's facts: words, where the others are names and numbers


def html_of(thing: t.Any) -> str:
    """Return the words of a thing as HTML: of a discussion those of its first post."""
    if thing.kind == "thread":
        first = sa.select(Post.html).where(Post.thread_id == thing.id, Post.number == 1)
        return f"{escape(thing.title)}: {db.session.scalar(first) or ''}"
    if thing.kind == "person":
        return str(escape(" ".join(filter(None, [thing.about, thing.helps, thing.seeks, thing.pronouns]))))
    if thing.kind == "organisation":
        office = thing.facts.get("office", "")
        return str(escape(": ".join(filter(None, [thing.name, thing.about, office, thing.website]))))
    if thing.kind == "document":
        return str(escape(": ".join(filter(None, [thing.title, thing.abstract]))))
    if thing.kind == "event":
        return f"{escape(': '.join(filter(None, [thing.title, thing.place])))} {thing.html}"
    if thing.kind == "times":
        return f"{escape(thing.title)} {thing.html}"
    return getattr(thing, "html", "") or str(escape(thing.title))


def line_of(thing: t.Any) -> dict[str, str]:
    """Return whose a thing is, as a line."""
    if hasattr(thing, "by"):
        return dict(thing.by)
    return {"name": thing.title, "line": "", "kind": getattr(thing, "form", "partner"), "code": getattr(thing, "code", ""),
            "url": thing.url}  # fmt: skip


def do(actor: t.Any, case: Case, decision: Decision) -> None:
    """Do what was decided, inside atomic()."""
    thing = locate(case.about)
    if decision.deed in _DEEDS and thing is not None:
        _DEEDS[decision.deed](actor, case, decision, thing)


def undo(actor: t.Any, case: Case) -> None:
    """Put back what was hidden, and let in who was kept out, inside atomic()."""
    if hidden(case):
        _put_back(locate(case.about))
    if kept_out(case):
        suspensions.lift(actor, db.session.get_one(Person, case.author_id))


def hidden(case: Case) -> bool:
    """Say whether what a case is about is out of sight and can come back."""
    thing = locate(case.about)
    return thing is not None and is_apart(thing.audience_id) and not getattr(thing, "removed", False)


def kept_out(case: Case) -> bool:
    """Say whether the author is kept out because of this case, and of no other."""
    row = db.session.get(suspensions.Suspension, case.author_id or 0)
    return row is not None and db.session.get_one(Decision, row.decision_id).case_id == case.id


def _put_back(thing: t.Any) -> None:
    if thing.kind in TALK:
        hiding.restore(thing)
    elif thing.kind == "message":
        apart.put_back(thing, db.session.get_one(Conversation, thing.conversation_id).audience_id)
    elif thing.kind == "document":
        documents.restore(thing)
    elif thing.kind == "action":
        actions_care.restore(thing)
    else:
        apart.put_back(thing)


def _hide(_actor: t.Any, case: Case, decision: Decision, thing: t.Any) -> None:
    if not _can_be_hidden(thing):
        return
    rooms = _seeing(case, thing)
    for words in _told(thing):
        mail.take_back(words, _root(thing))
    if thing.kind in TALK:
        hiding.hide(thing, rooms, why=decision.words, url=decision.url)
    elif thing.kind == "document":
        documents.hide(thing, rooms, why=decision.words, url=decision.url)
    elif thing.kind == "action":
        actions_care.hide(thing, rooms, why=decision.words, url=decision.url)
    else:
        apart.take_away(thing, rooms, why=decision.words, url=decision.url)


def _seeing(case: Case, thing: t.Any) -> set[str]:
    """Return the rooms that still see what is hidden. Those who decide about a message have its copy, and no more."""
    if thing.kind == "message":
        return {person_room(thing.author_id)}
    if thing.kind == "organisation":
        return {*branch.hidden_from(None, None), organisation_room(thing.id)}
    space = db.session.get(Space, thing.space_id) if thing.space_id else None
    return branch.hidden_from(space, case.author_id)


def _can_be_hidden(thing: t.Any) -> bool:
    if thing.kind == "document":
        return documents.can_be_hidden(thing)
    if thing.kind == "action":
        return actions_care.can_be_hidden(thing)
    if thing.kind == "organisation":
        return thing.form != "secretariat" and not is_apart(thing.audience_id)
    kinds = (*TALK, "update", "event", "times", "message")
    return thing.kind in kinds and not is_apart(thing.audience_id) and not thing.removed


def _redact(actor: t.Any, case: Case, decision: Decision, thing: t.Any) -> None:
    """Words that do harm wherever they stand: nothing keeps them, neither the case nor its reports."""
    told, root = _told(thing), _root(thing)
    case.said = ""
    db.session.execute(sa.update(Report).where(Report.case_id == case.id).values(words=""))
    if thing.kind == "person":
        _empty_profile(actor, thing)
    elif thing.kind == "organisation":
        _empty_entry(actor, thing)
    elif thing.kind == "update":
        feed.remove_update(actor, thing)
    elif thing.kind == "document":
        documents.redact(actor, thing, decision.words[:300])
    elif thing.kind == "event":
        events.remove(actor, thing)
    elif thing.kind == "times":
        polling.remove(actor, thing)
    elif thing.kind == "action":
        actions.remove(actor, thing)
    elif thing.kind == "message":
        messages.remove(actor, thing, messages.BY_DECISION)
    elif thing.kind in TALK:
        board.remove_post(actor, thing if thing.kind == "post" else _first_post(thing), decision.words[:300])
    for words in told:
        mail.take_back(words, root, for_good=True)


def _first_post(thread: t.Any) -> Post:
    return db.session.scalars(sa.select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def _empty_profile(actor: t.Any, person: Person) -> None:
    person.about = person.helps = person.seeks = person.pronouns = ""
    portraits.remove(actor, person)
    audit.note(actor, "members.profile_emptied", person.ref)


def _empty_entry(actor: t.Any, one: Organisation) -> None:
    """Take away what a member says of itself, and its logo; its name and place are the secretariat's."""
    portraits.remove(actor, one)
    facts = {key: value for key, value in one.facts.items() if key not in SAID_OF_ITSELF}
    themes, languages = [row.key for row in profile.themes_of(one)], profile.languages_of(one.id)
    members.change_organisation(
        actor, one, themes=themes, languages=languages, about="", website="", facts=facts
    )


def _suspend(actor: t.Any, case: Case, decision: Decision, thing: t.Any) -> None:
    _hide(actor, case, decision, thing)
    person = db.session.get(Person, case.author_id or 0)
    if person is not None:
        suspensions.suspend(actor, person, decision_id=decision.id, until=decision.until, why=decision.words)


def _publish(_actor: t.Any, case: Case, _decision: Decision, thing: t.Any) -> None:
    case.about_url = holding.publish(thing)


def _decline(_actor: t.Any, case: Case, _decision: Decision, thing: t.Any) -> None:
    case.said = ""
    holding.decline(thing)


def _told(thing: t.Any) -> list[str]:
    """Return the texts by which a thing is known in mails: its words as read and as written, a discussion's title."""
    if thing.kind == "action":
        return [thing.title, plain(thing.html), thing.detail]
    if thing.kind == "document":
        return [thing.title, thing.abstract, *(own.get("title", "") for own in thing.texts.values())]
    if thing.kind == "event":
        return [thing.title, plain(thing.html), thing.body, thing.cancelled_why]
    if thing.kind == "times":
        return [thing.title, plain(thing.html), thing.body]
    if thing.kind == "organisation":
        return [thing.about]
    said = _first_post(thing) if thing.kind == "thread" else thing
    texts = [plain(html_of(said)), getattr(said, "body", "")]
    return [*texts, thing.title] if thing.kind == "thread" else texts


def _root(thing: t.Any) -> str:
    if thing.kind == "message":
        return f"conversation:{thing.conversation_id}"
    return f"thread:{thing.thread_id}" if thing.kind == "post" else str(thing.ref)


_DEEDS: dict[str, t.Callable[[t.Any, Case, Decision, t.Any], None]] = {
    "hide": _hide,
    "redact": _redact,
    "suspend": _suspend,
    "publish": _publish,
    "decline": _decline,
}
