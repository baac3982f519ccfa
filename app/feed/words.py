"""One table: which facts the newsfeed shows, under which filter, with which words, and which of them are one item."""

import functools
import typing as t

from markupsafe import Markup

from app.core.languages import _, counted, language, lazy, ngettext
from app.feed import sentences
from app.feed.sentences import link, place

Say = t.Callable[[t.Any], Markup]


class Verb(t.NamedTuple):
    """How one kind of fact is shown."""

    group: str  # the filter that it belongs to
    icon: str
    kind: str  # the class kind--…
    word: t.Any  # the kind in a word
    alike: str  # what makes facts one item: the same `root`, `member` (within an hour) or `verb` (within an hour)
    say: Say  # the sentence of an item
    more: t.Callable[[int], Markup] | None = None  # "and 3 other discussions"
    headed: bool = True  # the title stands as a heading under the sentence
    deed: Say | None = None  # the words of its one link, where it has one


TALK = ("messages-square", "talk", lazy("Discussion"))
UPDATE = ("send", "news", lazy("Update"))
EVENT = ("calendar", "event", lazy("Event"))
PAPER = ("file-text", "news", lazy("Document"))
DEED = ("list-checks", "plan", lazy("Joint action"))
MEMBER = ("user-plus", "practice", lazy("Members"))
GROUP = ("users", "plan", lazy("Group"))

VERBS: dict[str, Verb] = {
    "board.started": Verb(
        "discussions", *TALK, "member", sentences.started, deed=sentences.replies,
        more=lambda n: ngettext("and %(num)d other discussion:", "and %(num)d other discussions:", n),
    ),
    "board.replied": Verb("discussions", *TALK, "root", sentences.replied, deed=sentences.replies),
    "board.concluded": Verb(
        "discussions", *TALK, "root", deed=sentences.replies,
        say=lambda item: _("%(who)s wrote where a discussion stands", who=item.who),
    ),
    "board.moved": Verb(
        "discussions", *TALK, "root", deed=sentences.replies,
        say=lambda item: _("%(who)s moved a discussion to %(place)s", who=item.who, place=place(item.row)),
    ),
    "feed.shared": Verb(
        "updates", *UPDATE, "member", headed=False, deed=lambda item: _("Read the update"),
        say=lambda item: _("%(who)s shared an update", who=item.who),
        more=lambda n: ngettext("and %(num)d other update:", "and %(num)d other updates:", n),
    ),
    "library.added": Verb(
        "documents", *PAPER, "member", sentences.added, deed=sentences.open_document,
        more=lambda n: ngettext("and %(num)d other document:", "and %(num)d other documents:", n),
    ),
    "library.version": Verb(
        "documents", *PAPER, "root", deed=sentences.open_document,
        say=lambda item: _("%(who)s put in a new version of a document", who=item.who),
    ),
    "library.edition": Verb(
        "documents", *PAPER, "root", deed=sentences.open_document,
        say=lambda item: _("%(who)s put in a document in a further language", who=item.who),
    ),
    "library.superseded": Verb(
        "documents", *PAPER, "root", deed=sentences.open_document,
        say=lambda item: _("%(who)s put another document in place of this one", who=item.who),
    ),
    "library.collection": Verb(
        "documents", *PAPER, "member", deed=lambda item: _("Open the collection"),
        say=lambda item: _("%(who)s made a collection", who=item.who),
        more=lambda n: ngettext("and %(num)d other collection:", "and %(num)d other collections:", n),
    ),
    "library.collected": Verb(
        "documents", *PAPER, "root", deed=lambda item: _("Open the collection"),
        say=lambda item: _("%(who)s put documents into a collection", who=item.who),
    ),
    "calendar.added": Verb(
        "events", *EVENT, "member", sentences.event_added, deed=sentences.open_event,
        more=lambda n: ngettext("and %(num)d other event:", "and %(num)d other events:", n),
    ),
    "calendar.moved": Verb(
        "events", *EVENT, "root", deed=sentences.open_event,
        say=lambda item: _("%(who)s changed when or where an event takes place", who=item.who),
    ),
    "calendar.placed": Verb(
        "events", *EVENT, "root", deed=sentences.open_event,
        say=lambda item: _("%(who)s put an event into the calendar of %(place)s", who=item.who, place=place(item.row)),
    ),
    "calendar.programme": Verb(
        "events", *EVENT, "root", deed=sentences.open_event,
        say=lambda item: _("%(who)s worked on the programme of an event", who=item.who),
    ),
    "calendar.cancelled": Verb(
        "events", *EVENT, "root", deed=sentences.open_event,
        say=lambda item: _("%(who)s cancelled an event", who=item.who),
    ),
    "calendar.reinstated": Verb(
        "events", *EVENT, "root", deed=sentences.open_event,
        say=lambda item: _("%(who)s says that an event takes place after all", who=item.who),
    ),
    "calendar.minutes_approved": Verb(
        "events", *EVENT, "root", deed=lambda item: _("Read the minutes"),
        say=lambda item: _("%(who)s approved the minutes of an event", who=item.who),
    ),
    "calendar.dates_asked": Verb(
        "events", *EVENT, "member", deed=lambda item: _("Say which time suits you"),
        say=lambda item: _("%(who)s seeks a date and asks which time suits", who=item.who),
        more=lambda n: ngettext("and %(num)d other search for a date:", "and %(num)d other searches for a date:", n),
    ),
    "calendar.dates_chosen": Verb(
        "events", *EVENT, "root", deed=sentences.open_event,
        say=lambda item: _("%(who)s chose a time that suits", who=item.who),
    ),
    "calendar.imported": Verb(
        "events", *EVENT, "root", headed=False, deed=lambda item: _("See the calendar"),
        say=lambda item: ngettext(
            "%(num)d event came into the calendar of %(place)s", "%(num)d events came into the calendar of %(place)s",
            int(item.row.title or 0), place=place(item.row),
        ),
    ),
    "library.imported": Verb(
        "documents", *PAPER, "root", headed=False, deed=lambda item: _("See the newest documents"),
        say=lambda item: ngettext(
            "%(num)d document came into the library", "%(num)d documents came into the library", int(item.row.title or 0)
        ),
    ),
    "board.imported": Verb(
        "discussions", *TALK, "root", headed=False, deed=lambda item: _("See the discussions"),
        say=lambda item: ngettext(
            "%(num)d discussion was brought over to %(place)s", "%(num)d discussions were brought over to %(place)s",
            int(item.row.title or 0), place=place(item.row),
        ),
    ),
    "actions.proposed": Verb(
        "actions", *DEED, "member", sentences.proposed, deed=sentences.open_action,
        more=lambda n: ngettext("and %(num)d other action:", "and %(num)d other actions:", n),
    ),
    "actions.state": Verb("actions", *DEED, "root", sentences.moved_on, deed=sentences.open_action),
    "actions.noted": Verb(
        "actions", *DEED, "root", deed=sentences.open_action,
        say=lambda item: _("%(who)s wrote how a joint action goes", who=item.who),
    ),
    "actions.reached": Verb(
        "actions", *DEED, "root", deed=sentences.open_action,
        say=lambda item: _("%(who)s reached a milestone of a joint action", who=item.who),
    ),
    "actions.needed": Verb(
        "actions", *DEED, "root", deed=sentences.open_action,
        say=lambda item: _("%(who)s asks for something that a joint action needs", who=item.who),
    ),
    "actions.delivered": Verb(
        "actions", *DEED, "root", deed=sentences.open_action,
        say=lambda item: _("%(who)s thanks for what a joint action needed and got", who=item.who),
    ),
    "actions.joined": Verb(
        "actions", *DEED, "root", deed=sentences.open_action,
        say=lambda item: _("%(who)s takes part in a joint action", who=item.who),
    ),
    "actions.shown": Verb(
        "actions", *DEED, "root", deed=sentences.open_action,
        say=lambda item: _("%(who)s added what shows how a joint action goes", who=item.who),
    ),
    "members.joined": Verb(
        "members", *MEMBER, "verb", headed=False,
        say=lambda item: _("%(who)s joined the network", who=link(item.row.url, item.row.title, True)),
        more=lambda n: ngettext("and %(num)d other member:", "and %(num)d other members:", n),
    ),
    "arrivals.imported": Verb(
        "members", *MEMBER, "root", headed=False, deed=lambda item: _("See the newest members"),
        say=lambda item: ngettext(
            "%(num)d member joined the network", "%(num)d members joined the network", int(item.row.title or 0)
        ),
    ),
    "spaces.created": Verb(
        "members", *GROUP, "member",
        say=lambda item: _("%(who)s opened a group", who=item.who) if item.who else _("A new group"),
        more=lambda n: ngettext("and %(num)d other group:", "and %(num)d other groups:", n),
    ),
    "spaces.described": Verb("members", *GROUP, "root", sentences.described),
    "spaces.joined": Verb("members", *GROUP, "root", sentences.joined_space, headed=False),
    "spaces.entered": Verb(
        "members", *GROUP, "member", headed=False,
        say=lambda item: _("%(who)s entered %(place)s as observer", who=item.who, place=link(item.row.url, item.row.title)),
    ),
}  # fmt: skip

# Filters: key → word. The first four kinds of the table; "following" and "coalition" ask for more than the verb.
FILTERS: dict[str, t.Any] = {
    "": lazy("Everything"),
    "following": lazy("Following"),
    "coalition": lazy("My coalition"),
    "discussions": lazy("Discussions"),
    "documents": lazy("Documents"),
    "events": lazy("Events"),
    "actions": lazy("Joint actions"),
    "updates": lazy("Updates"),
    "members": lazy("Members"),
}


@functools.cache
def filters(_language: str) -> tuple[tuple[str, str], ...]:
    """Return the filters with their words in the language in use, which is the argument."""
    return tuple((key, str(word)) for key, word in FILTERS.items())


@functools.cache
def verbs_of(group: str = "") -> tuple[str, ...]:
    """Return the verbs that a filter shows; all that the newsfeed shows where it is no kind."""
    of_kind = tuple(sorted(verb for verb, row in VERBS.items() if row.group == group))
    return of_kind or tuple(sorted(VERBS))


@functools.cache
def pill_words(lang: str) -> list[tuple[str, str]]:
    """Return "{n} new items" in each plural form of a language, which must be the one in use; for the script."""
    assert lang == language()
    return counted(lambda n: ngettext("%(num)d new item", "%(num)d new items", n))
