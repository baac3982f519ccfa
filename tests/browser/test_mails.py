"""Every kind of mail as a reader sees it: wide and narrow, light and dark, from left and from right.

The pictures stay in .cache/mails, to be looked at.
"""

import datetime as dt
import pathlib
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core.database import atomic
from app.core.mail import OutboxMail, post
from app.extensions import db
from app.notifications.digests import by_thing
from tests import mails

pytestmark = pytest.mark.looks
PICTURES = pathlib.Path(__file__).parents[2] / ".cache" / "mails"
WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
RUN = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BUTTONS = "[...document.querySelectorAll('.button a')].map((one) => one.getBoundingClientRect().height)"
SMALLEST = 44  # pixels of what is pressed
LONG = "Straßenbahnhaltestellenbeleuchtungsverordnungsentwurf" * 2


def told(verb, title, number=1, lang="en", **more):
    """One notice as mails are told it."""
    given = {
        "root": f"thread:{number}", "verb": verb, "reason": "reply", "title": title, "lang": lang, "count": 1, "excerpt": "",
        "by": {"name": "City of Graz"}, "url": f"/discussions/{number}",
    }  # fmt: skip
    return SimpleNamespace(**{**given, **more})


ANSWER = told(
    "board.replied", "How do you count empty flats?", count=2,
    excerpt="We compare the meters for water with the register. It takes two people a week, once a year.",
)  # fmt: skip
NEWS = [
    ANSWER,
    told("board.started", "أين تُنشر بيانات السكن؟", 2, "ar", excerpt="نبحث عن مدن تنشر هذه البيانات كل عام."),
    told("board.replied", LONG, 3, "de", excerpt=LONG),
]
# What the kinds with the most words say, as people would; the others as tests/mails.py has them.
SHOWN = {
    "invite": {"organisation": "City of Graz", "url": f"http://127.0.0.1:8000/invite/{'x7' * 22}"},
    "notice": {"notice": ANSWER},
    "digest": {"things": by_thing(NEWS), "left": 2},
    "event": {
        "it": SimpleNamespace(
            title="Housing and non-discrimination: what cities can do", language="en", place="Online", cancelled_why=""
        ),
        "times": lambda _it: SimpleNamespace(
            day=dt.date(2026, 12, 3), mine="10:00 – 11:30", my_zone="Europe/Vienna", theirs="12:00 – 13:30",
            their_zone="Africa/Nairobi",
        ),
        "day_of": lambda day: f"{day:%d.%m.%Y}",
    },
}  # fmt: skip


def written(kind, language):
    """Return a mail of a kind as HTML."""
    with atomic():
        post(kind, "somebody@cast.example", language, **{**mails.KINDS[kind], **SHOWN.get(kind, {})})
    return db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first().html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 320])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_mails_can_be_read_everywhere(app, chromium, language, width, scheme):
    """axe finds nothing, nothing is wider than the screen, buttons are large enough."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(viewport={"width": width, "height": 200}, color_scheme=scheme)
    page, axe, faults = context.new_page(), Axe(), []
    with app.app_context():
        for kind in mails.KINDS:
            page.set_content(written(kind, language))
            page.screenshot(path=PICTURES / f"{kind}-{language}-{width}-{scheme}.png", full_page=True)
            faults += [f"{kind}: {one['id']}" for one in axe.run(page, options=RUN).response["violations"]]
            faults += [f"{kind}: {page.evaluate(WIDER)} px too wide"] if page.evaluate(WIDER) > 0 else []
            faults += [f"{kind}: {high} px high" for high in page.evaluate(BUTTONS) if high < SMALLEST]
            assert (
                not page.locator(".before").is_visible() and page.locator(".before").text_content().strip()
            ), kind
    context.close()
    assert not faults, faults
