"""Every kind of mail with values that try its words: signs of markup, ampersands, links with a query."""

import datetime as dt
from types import SimpleNamespace

from app.core.languages import lazy
from app.moderation import words
from app.notifications.digests import by_thing
from app.notifications.unsubscribe import WORDS
from app.notifications.words import in_mail, in_summary

AT = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
STOP = "http://127.0.0.1:8000/unsubscribe/x"
TOLD = SimpleNamespace(
    root="thread:1", verb="board.replied", reason="reply", title="A & <b>?", lang="", by={"name": "A & B"}, excerpt="A & <b>",
    count=2, url="/d/1",
)  # fmt: skip
REPORT = SimpleNamespace(
    root="report:1", verb="moderation.received", reason="moderation", title="#1", lang="", by={}, excerpt="", count=1,
    url="/reports",
)  # fmt: skip
KINDS = {
    "link": {"url": "http://127.0.0.1:8000/sign-in/link/x?next=/a&b=1", "minutes": 15},
    "reset": {"url": "http://127.0.0.1:8000/reset/x", "minutes": 60},
    "invite": {"url": "http://127.0.0.1:8000/invite/x", "days": 14, "organisation": "City of A & B <i>"},
    "join": {"url": "http://127.0.0.1:8000/join/x", "days": 3, "organisation": "City of A & B <i>"},
    "join_known": {"url": "http://127.0.0.1:8000/sign-in", "organisation": "City of A & B <i>"},
    "join_declined": {
        "url": "http://127.0.0.1:8000/join/x",
        "organisation": "City of A & B <i>",
        "reason": "A & <b>",
    },
    "offer": {"url": "http://127.0.0.1:8000/offers/7", "days": 14, "organisation": "City of A & B <i>"},
    "password_changed": {"at": AT, "zone": "Europe/Vienna", "timezone": "Europe/Vienna"},
    "address_changed": {"at": AT, "zone": "Europe/Vienna", "timezone": "Europe/Vienna"},
    "second_step": {"what": "app_on", "at": AT, "zone": "Europe/Vienna"},
    "new_address": {"url": "http://127.0.0.1:8000/settings/address/x", "minutes": 60},
    "mail_check": {"url": "http://127.0.0.1:8000/settings/notices"},
    "copy_ready": {"until": AT},
    "erasure_asked": {"due": AT},
    "seat_ended": {"organisation": "City of A & B <i>", "at": AT},
    "suspended": {"until": AT, "why": "A & <b>", "url": "http://127.0.0.1:8000/appeals/x"},
    "accessibility": {
        "said": SimpleNamespace(words="A & <b>", page="/a", means="A", email="a@b.c"),
        "url": "http://127.0.0.1:8000/admin/accessibility",
    },
    "statement": {
        "decision": SimpleNamespace(answer="", until=AT, words="A & <b>"),
        "case": SimpleNamespace(title="#1"), "kind_word": lazy("a post"), "told": words.TOLD["hide"],
        "rule": words.REASONS["hate"], "may": True, "url": "http://127.0.0.1:8000/appeals/x",
    },
    "notice": {"notice": TOLD, "said": in_mail, "url": "http://127.0.0.1:8000/d/1", "stop": STOP, "kind_words": WORDS["reply"]},
    "event": {
        "it": SimpleNamespace(title="A & <b>", language="en", place="A & B", cancelled_why="A & <b>"), "what": "changed",
        "times": lambda _it: SimpleNamespace(day="A & B", mine="10:00", my_zone="", theirs="", their_zone=""), "day_of": str,
        "url": "http://127.0.0.1:8000/events/7", "stop": STOP, "kind_words": WORDS["date"],
    },
    "digest": {
        "things": by_thing([TOLD, REPORT]), "left": 2, "said": in_summary, "stop": STOP, "kind_words": WORDS["digest"],
        "way": "http://127.0.0.1:8000".__add__, "at": AT,
    },
}  # fmt: skip
LINKS = {  # of mails that are told none
    "address_changed": "/about", "copy_ready": "/settings/data", "erasure_asked": "/settings/data", "seat_ended": "",
    "digest": "/d/1",
}  # fmt: skip
