"""The library with its filters, the calendar, and the search: which addresses are asked, and what each of them costs."""

import datetime as dt
import itertools
import re
from urllib.parse import quote

import client
from measure import Page

# Asked for in turn: the whole list, filters that meet, words, another order, a page further on.
LIBRARY = (
    "", "?theme=education", "?language=fr&type=report", "?country=CA", "?q=discrimination", "?year=2015", "?file=PDF&sdg=4",
    "?sort=title", "?licence=cc-by-4.0&theme=culture", "?type=minutes&type=report&language=en",
)  # fmt: skip
# What is typed: the commonest words and their beginnings, in three languages, phrases, operators, what nothing has.
WORDS = (
    "co", "re", "wh", "th", "question", "city", "the", "what", "discrimin", "a question that", "housing", "quest", "de", "les",
    "vill", "logement", "ال", "مدينة", "سؤال", '"who reads it"', "type:document question", "lang:fr ville", "question -city",
    "has:file report", "zzyzx",
)  # fmt: skip


ROADMAP = ("", "?state=going", "?due=soon&due=late", "?form=research", "?space=1")


def roadmap(house):
    """All actions over time, and those of one group, a state, a theme."""
    cookie, _token = house.member("/actions/roadmap")
    requests = [client.get(f"/actions/roadmap{one}", cookie) for one in ROADMAP]
    return Page(house.server, itertools.cycle(requests).__next__, sign=b'class="track"')


def library(house):
    """The library, a round of addresses."""
    cookie, _token = house.member("/library")
    requests = [client.get(f"/library{one}", cookie) for one in LIBRARY]
    return Page(house.server, itertools.cycle(requests).__next__, sign=b"/library/")


def month(house):
    """Months of the calendar around now, in turn, with and without filters."""
    cookie, _token = house.member("/calendar/agenda")
    today = dt.datetime.now(dt.UTC).date()
    months = [today.replace(day=1) + dt.timedelta(days=31 * number) for number in (-2, -1, 0, 1, 2)]
    paths = [f"/calendar/{day:%Y-%m}{query}" for day in months for query in ("", "?kind=training")]
    return Page(
        house.server, itertools.cycle([client.get(path, cookie) for path in paths]).__next__, sign=b"data-cal"
    )


def calendar(house):
    """The public calendar for other programs, asked for with its tag."""
    _status, head, _body = house.link().ask(client.get("/calendar/public.ics"))
    tag = re.search(r"(?i)\r\netag: (\S+)", head)
    return Page(
        house.server, client.get("/calendar/public.ics", If_None_Match=tag[1] if tag else "none"), 304
    )


def search(house, times):
    """CPU-ms of each search, each asked so often: (words, milliseconds), the dearest last."""
    found = []
    for number, words in enumerate(WORDS):  # each by another member: nobody may search too often
        page = Page(house.server, client.get(f"/search?q={quote(words)}", house.cookie(number)))
        page.cpu_ms(1, 2)
        found += [(words, page.cpu_ms(1, 0)) for _ in range(times)]
    return sorted(found, key=lambda pair: pair[1])
