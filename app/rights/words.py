"""Who may do what with what is written, and decide about it."""

import typing as t

from app.core.audience import is_apart
from app.rights.basics import Who, facilitates, inside, member, moderates, own
from app.spaces.models import DECIDING


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


def may_remove(who: Who, post: t.Any) -> bool:
    """Take a post away: who wrote it, and who looks after the space."""
    return (own(who, post) or moderates(who, post)) and not post.removed


def may_send(_who: Who, it: t.Any) -> bool:
    """Write in a conversation: somebody is there who reads it, and neither of two does not want to hear from the other."""
    return bool(it.open)


def may_report(who: Who, thing: t.Any) -> bool:
    """Say that something is wrong with what somebody else wrote, or with somebody's page."""
    mine = own(who, thing) or (thing.kind == "person" and thing.id == who.id)
    return member(who, thing) and not mine and not is_apart(thing.audience_id)


def decides(who: Who, _thing: t.Any) -> bool:
    """The secretariat, the moderators of the network and of groups, and whoever looks after a group."""
    return who.steward or who.moderator or any(group.role in DECIDING for group in who.groups)


def may_decide(who: Who, case: t.Any) -> bool:
    """Decide what one sees a case of; never about what one wrote."""
    return who.id is not None and who.id != case.author_id


def may_suspend(who: Who, case: t.Any) -> bool:
    """Keep somebody out: the secretariat and its moderators, and nobody of their own."""
    return (who.steward or who.moderator) and case.author_id is not None and not case.of_secretariat


def may_keep_out(who: Who, person: t.Any) -> bool:
    """Keep somebody out without a report: the secretariat, nobody with an office, and not oneself."""
    office = person.steward or person.moderator
    return (
        who.steward and who.id != person.id and not office and person.state in ("active", "invited", "left")
    )


def may_answer(who: Who, asked: t.Any) -> bool:
    """Answer an appeal: who decides such cases, but did not decide this one; a suspension is the secretariat's."""
    other = may_decide(who, asked.case) and who.id != asked.decision.by_id
    theirs = asked.decision.deed != "suspend" or may_suspend(who, asked.case)
    return other and theirs and asked.case.readable_by(who.viewer)
