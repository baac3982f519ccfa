"""The sentences of the newsfeed that are more than one line, and the links in them."""

import functools
import typing as t

from markupsafe import Markup

from app.core.languages import _, ngettext
from app.core.text import slug

WHO = Markup('<a class="who" href="{}"><bdi>{}</bdi></a>')
LINK = Markup('<a href="{}"><bdi>{}</bdi></a>')


@functools.lru_cache(4096)
def link(url: str, name: str, who: bool = False) -> Markup:
    """Return a name as a link; an actor's is bold."""
    return (WHO if who else LINK).format(url, name) if url else Markup("<bdi>{}</bdi>").format(name)


def place(row: t.Any) -> Markup:
    """Return the space of a fact as a link."""
    return link(f"/groups/{row.space_id}-{slug(row.space)}", row.space) if row.space else Markup("")


def started(item: t.Any) -> Markup:
    """Who started a discussion, and where."""
    if not item.row.space:
        return _("%(who)s started a discussion", who=item.who)
    return _("%(who)s started a discussion in %(place)s", who=item.who, place=place(item.row))


def replied(item: t.Any) -> Markup:
    """Who replied, and where."""
    if item.others:
        return ngettext(
            "%(who)s and %(num)d other replied",
            "%(who)s and %(num)d others replied",
            item.others,
            who=item.who,
        )
    if not item.row.space:
        return _("%(who)s replied in a discussion", who=item.who)
    return _("%(who)s replied in %(place)s", who=item.who, place=place(item.row))


def joined_space(item: t.Any) -> Markup:
    """Who joined a group."""
    thing = link(item.row.url, item.row.title)
    if item.others:
        return ngettext(
            "%(who)s and %(num)d other joined %(place)s",
            "%(who)s and %(num)d others joined %(place)s", item.others, who=item.who, place=thing,
        )  # fmt: skip
    return _("%(who)s joined %(place)s", who=item.who, place=thing)


def described(item: t.Any) -> Markup:
    """Who changed what a coalition says of itself."""
    if item.row.data.get("part") == "plan":
        return _("%(who)s changed the plan of a coalition", who=item.who)
    return _("%(who)s changed what is known of a coalition", who=item.who)


def replies(item: t.Any) -> Markup:
    """How many replies there are to read."""
    count = item.row.replies
    return ngettext("%(num)d reply", "%(num)d replies", count) if count else _("Read and reply")


def added(item: t.Any) -> Markup:
    """Who shared a document, and where."""
    if not item.row.space:
        return _("%(who)s shared a document", who=item.who)
    return _("%(who)s shared a document in %(place)s", who=item.who, place=place(item.row))


def event_added(item: t.Any) -> Markup:
    """Who put an event into the calendar, and of which group."""
    if item.row.data.get("series"):
        return _("%(who)s put an event that repeats into the calendar", who=item.who)
    if not item.row.space:
        return _("%(who)s put an event into the calendar", who=item.who)
    return _("%(who)s put an event into the calendar of %(place)s", who=item.who, place=place(item.row))


def open_event(_item: t.Any) -> Markup:
    """The link to an event."""
    return _("Open the event")


def open_document(_item: t.Any) -> Markup:
    """The link to a document."""
    return _("Open the document")


def proposed(item: t.Any) -> Markup:
    """Who proposed a joint action, and where."""
    if not item.row.space:
        return _("%(who)s proposed a joint action", who=item.who)
    return _("%(who)s proposed a joint action in %(place)s", who=item.who, place=place(item.row))


def moved_on(item: t.Any) -> Markup:
    """Where a joint action stands now."""
    said: dict[str, t.Callable[[], Markup]] = {
        "agreed": lambda: _("%(who)s noted that a joint action is agreed", who=item.who),
        "going": lambda: _("%(who)s noted that a joint action is under way", who=item.who),
        "held": lambda: _("%(who)s put a joint action on hold", who=item.who),
        "done": lambda: _("%(who)s noted that a joint action is done", who=item.who),
        "dropped": lambda: _("%(who)s dropped a joint action", who=item.who),
    }
    again = said.get(item.row.data.get("state", ""))
    return again() if again else _("%(who)s proposed a joint action anew", who=item.who)


def open_action(_item: t.Any) -> Markup:
    """The link to a joint action."""
    return _("Open the action")
