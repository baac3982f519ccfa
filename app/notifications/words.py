"""One table: the sentence of a notice, by why the person is told and what happened last."""

import typing as t

from markupsafe import Markup

from app.core.languages import _, lazy

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
    "feed.shared": lambda who, thing: _("%(who)s shared an update: %(thing)s", who=who, thing=thing),
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
    who = WHO.format(by.get("url", ""), by["name"]) if by.get("name") else Markup("")
    lang = Markup(' lang="{}"').format(notice.lang) if notice.lang else Markup("")
    thing = THING.format(notice.url, lang, notice.title)
    if notice.reason == "reply" and notice.verb == "board.replied":
        return _("%(who)s replied to you in %(thing)s", who=who, thing=thing)
    say = BY_REASON.get(notice.reason) or BY_VERB.get(notice.verb) or BY_VERB["board.replied"]
    return say(who, thing)
