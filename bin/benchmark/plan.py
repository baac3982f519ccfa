"""The plan of a run: which figures, beside which, with which targets."""

import itertools
import json
import re
import subprocess
import sys
import time

import ceiling
import client
import finding
import measure
import telling
from measure import Page
from ours import House
from servers import HERE, Server, gunicorn, plain_environ
from table import Line, ratio

# name: (beside what, highest ratio)
PAGES = {
    "discussion": ("rows", 5.0),
    "board": ("rows", 5.0),
    "feed": ("rows", 5.0),
    "reply": ("empty", 15.0),
    "unchanged": ("our empty", 2.5),
    "directory": ("rows", 6.0),
    "directory of people": ("rows", 6.0),
    "library": ("rows", 6.0),
    "roadmap": ("rows", 6.0),
    "month": ("rows", 6.0),
    "calendar unchanged": ("empty", 2.0),
    "guest discussion": ("rows", None),
    "guest board": ("rows", None),
    "guest feed": ("rows", None),
}
MEMBERS = 5000
# Asked for in turn: whole lists, filters that meet, words, a page further on.
LISTS = {
    "directory": ("", "?kind=city", "?region=Europe&kind=chair&kind=partner", "?country=CA", "?q=city", "?coalition=ECCAR",
                  "?size=100k-500k&region=Europe", "?sort=newest", "?after=40", "?region=Africa&kind=city"),
    "directory of people": ("?who=people", "?who=people&kind=city", "?who=people&region=Europe", "?who=people&country=DE",
                            "?who=people&q=officer", "?who=people&after=200", "?who=people&coalition=ECCAR&kind=city"),
}  # fmt: skip
READ = ("discussion", "board", "feed")
NAMES = [*PAGES, "search", "told", "summaries", "brought over", "reading", "fan-out", "slow reader", "memory"]
READ_PAGES = 200
BARE = {"pdf": "PDFium's words alone", "docx": "python-docx, words of paragraphs alone"}
NOTICES = 20  # of each person, in the summaries
OLD_POSTS, OLD_TALKS = 5000, 500
SOCKETS, EVENTS = 1000, 400
GROWTH = 1.2


class Run:
    """One run: its servers live as long as its stack."""

    def __init__(self, folder, stack, quick=False, only=None):
        self.folder, self.stack = folder, stack
        self.names = only or NAMES
        self.rounds, self.requests, self.warm = (3, 150, 20) if quick else (5, 500, 50)
        self.events = 6 if quick else 12
        self.seconds = 5 if quick else 30

    def all(self):
        """All that was asked for, as lines of the table."""
        lines = self.memory() if "memory" in self.names else []
        lines = self.pages() + lines if set(self.names) & set(PAGES) else lines
        lines += self.search() if "search" in self.names else []
        lines += self.told() if "told" in self.names else []
        lines += self.summaries() if "summaries" in self.names else []
        lines += self.brought_over() if "brought over" in self.names else []
        lines += self.reading() if "reading" in self.names else []
        lines += self.fan_out() if "fan-out" in self.names else []
        return lines + (self.slow_reader() if "slow reader" in self.names else [])

    def house(self, **more):
        """A server of ours."""
        return self.stack.enter_context(House(self.folder, **more))

    def ceilings(self):
        """The two views of bare Flask."""
        database = f"{self.folder}/ceiling.db"
        ceiling.fill(database)
        environ = plain_environ(CEILING_DATABASE=database)
        command = gunicorn(
            "ceiling:app", "-k", "gevent", "-w", "1", "--keep-alive", "75", "--no-control-socket"
        )
        server = self.stack.enter_context(Server(command, environ, f"{self.folder}/ceiling.log", folder=HERE))
        return {
            "empty": Page(server, client.get("/"), sign=b"ok"),
            "rows": Page(server, client.get("/rows/1200"), sign=b"p20"),
        }

    def pages(self):
        """CPU time of pages and replies."""
        house = self.house()
        known = {**self.ceilings(), "our empty": Page(house.server, client.get("/healthz")), **ours(house)}
        wanted = [name for name in PAGES if name in self.names]
        if set(wanted) & set(LISTS):
            known |= directories(self.house(crowd=MEMBERS))
        bases = {PAGES[name][0] for name in wanted}
        chosen = {name: page for name, page in known.items() if name in bases or name in wanted}
        values = measure.in_turns(chosen, self.rounds, self.requests, self.warm, said)
        lines = [
            Line(name, measure.median(values[name]), "CPU-ms", note=weight(known[name]))
            for name in chosen
            if name in bases
        ]
        for name in wanted:
            base, target = PAGES[name]
            times = ratio(values[name], values[base])
            lines.append(
                Line(name, measure.median(values[name]), "CPU-ms", base, times, target, weight(known[name]))
            )
        return lines

    def ten(self):
        """Pages at ten times the posts, beside once, in the same rounds."""
        one, ten = self.house(), self.house(times=10)
        pages = {name: page for name, page in ours(one).items() if name in READ}
        pages |= {f"{name} x 10": page for name, page in ours(ten).items() if name in READ}
        ordered = dict(sorted(pages.items()))
        values = measure.in_turns(ordered, self.rounds, self.requests, self.warm, said)
        return [
            Line(f"{name} x 10", measure.median(values[f"{name} x 10"]), "CPU-ms", name,
                 ratio(values[f"{name} x 10"], values[name]), GROWTH, weight(pages[f"{name} x 10"]))
            for name in READ
        ]  # fmt: skip

    def search(self):
        """What is typed into the search, commonest beginnings too: the figure that 19 of 20 stay under."""
        said("search")
        found = finding.search(self.house(), self.rounds * 2)
        value = found[int(len(found) * 0.95)][1]
        words, worst = found[-1]
        middle = found[len(found) // 2][1]
        note = f"middle {middle:.1f} ms, worst {worst:.1f} ms: {words}"
        return [Line("search, p95", value, "CPU-ms", target=30.0, note=note)]

    def told(self):
        """A reply in a discussion that 500 follow, beside one that nobody follows."""
        said("told")
        houses = [telling.Told(self.house(), followers) for followers in (0, telling.FOLLOWERS)]
        for one in houses:
            self.stack.callback(one.stop)
        alone, followed = telling.compare(*houses, self.requests // 5)
        more = measure.median(followed) - measure.median(alone)
        note = f"{measure.median(followed):.1f} ms to {telling.FOLLOWERS}, {measure.median(alone):.1f} ms to nobody"
        return [Line("told to 500", more, "ms more", target=2.0, note=note)]

    def summaries(self):
        """Thousands of summaries at once: memory, and questions for each."""
        said("summaries")
        house = self.house(crowd=MEMBERS)
        house.server.stop()
        found = json.loads(house.run("summaries.py", NOTICES))
        note = f"{found['people']:,} people, {NOTICES} notices each, {found['seconds']:.0f} s"
        spread = f"{found['least']} to {found['most']}, most {found['usual']}"
        return [
            Line("summaries", found["memory"], "MB", target=300, note=note),
            Line("statements of each", found["most"] - found["least"], "apart", target=2, note=spread),
        ]

    def brought_over(self):
        """A mailing list of old: all of it in a minute, and no transaction that others wait for."""
        said("brought over")
        house = self.house()
        house.server.stop()
        found = json.loads(house.run("bringing.py", OLD_POSTS, OLD_TALKS))
        note = f"{OLD_POSTS:,} posts in {OLD_TALKS} discussions, found by the search too; {found['cpu']:.0f} CPU-s"
        held = f"{found['transactions']:,} transactions, half under {found['usual']:.0f} ms"
        return [
            Line("brought over", found["seconds"], "s", target=60, note=note),
            Line("longest transaction", found["longest"], "ms", note=held),
        ]

    def reading(self):
        """Pages a second out of files, beside the bare libraries."""
        said("reading")
        command = [sys.executable, "reading.py", str(READ_PAGES), str(min(self.rounds, 3))]
        run = subprocess.run(
            command, cwd=HERE, env=plain_environ(), check=True, capture_output=True, text=True
        )
        found = json.loads(run.stdout)
        lines = []
        for name in ("pdf", "docx"):
            bare, ours_ = found[f"bare {name}"], found[name]
            speeds = [READ_PAGES / measure.median(values) for values in (bare, ours_)]
            lines += [
                Line(f"bare {name}", speeds[0], "pages/s", note=BARE[name]),
                Line(f"reading {name}", speeds[1], "pages/s", f"bare {name}'s time", ratio(ours_, bare)),
            ]
        more = measure.median(found["pdf with pictures"]) - measure.median(found["pdf"])
        return [*lines, Line("ten pages drawn", more * 1000, "ms", note="pictures of 60 KB at most")]

    def fan_out(self):
        """A reply's way to the last of a thousand sockets, beside the bare library's."""
        said("fan-out")
        house = self.house()
        command = [sys.executable, "raw.py", "{fd}"]
        bare = self.stack.enter_context(
            Server(command, plain_environ(), f"{self.folder}/raw.log", folder=HERE)
        )
        threads = house.threads()
        cookie, token = house.member(threads[0][1])
        make, link = measure.replies(house, cookie, token, threads), house.link()
        raw, ours_ = measure.crowd_of_raw(bare, SOCKETS), measure.crowd_of_ours(house, SOCKETS)
        found = [], []
        for number in range(self.events + 2):
            pair = measure.fan_out_raw(raw), measure.fan_out_ours(ours_, link, make())
            for values, value in zip(found, pair, strict=True):
                values += [value] if number >= 2 else []  # two rounds to warm up
            ours_.rest(0.1)
        raw.close()
        ours_.close()
        times = measure.median(found[1]) / measure.median(found[0])
        return [
            Line("raw", measure.median(found[0]), note=f"last of {SOCKETS:,} sockets"),
            Line(
                "fan-out", measure.median(found[1]), "ms", "raw", times, 3.5, f"worst {max(found[1]):.0f} ms"
            ),
        ]

    def slow_reader(self):
        """A reader that sleeps through 400 events, behind a server with small send buffers."""
        said("slow reader")
        house = self.house(send_buffer=4096)
        threads = house.threads()
        cookie, token = house.member(threads[0][1])
        heard = measure.slow_reader(house, cookie, measure.replies(house, cookie, token, threads), EVENTS)
        lost = EVENTS - len(set(heard))
        order = "in order" if heard == sorted(heard) else "out of order"
        return [
            Line(
                "slow reader",
                lost + (order != "in order"),
                "lost",
                target=0,
                note=f"{len(heard)} of {EVENTS}, {order}",
            )
        ]

    def memory(self):
        """MB of a worker at rest."""
        said("memory")
        house = self.house()
        value = measure.idle_memory(house.server, self.seconds, time.monotonic())
        house.server.stop()
        return [
            Line(
                "memory", value, "MB", target=120, note=f"PSS of the worker {self.seconds} s after its start"
            )
        ]


def ours(house):
    """The pages of ours that are measured, by name."""
    threads = house.threads()
    url = threads[0][1]
    cookie, token = house.member(url)
    status, head, _body = house.link().ask(client.get(url, cookie))
    tag = re.search(r"(?i)\r\netag: (\S+)", head)
    server = house.server
    public = next((address for number, address in threads if house.room(number) == "public"), url)
    pages = {
        "discussion": Page(server, client.get(url, cookie), sign=b'id="p20"'),
        "board": Page(server, client.get("/discussions", cookie), sign=b"/discussions/"),
        "feed": Page(server, client.get("/", cookie), sign=b"/discussions/"),
        "unchanged": Page(server, client.get(url, cookie, If_None_Match=tag[1] if tag else "none"), 304),
        "guest discussion": Page(server, client.get(public), sign=b'id="p20"'),
        "guest board": Page(server, client.get("/discussions"), sign=b"/discussions/"),
        "guest feed": Page(server, client.get("/")),
        "library": finding.library(house),
        "roadmap": finding.roadmap(house),
        "month": finding.month(house),
        "calendar unchanged": finding.calendar(house),
    }
    if threads[20:]:  # replies would change the discussion that is read, and so its tag
        pages["reply"] = Page(server, measure.replies(house, cookie, token, threads[1:]), 303)
    return pages


def directories(house):
    """The lists of a network of thousands of members, each a round of addresses."""
    cookie, _token = house.member("/members")
    return {
        name: Page(
            house.server,
            in_turn([client.get(f"/members{one}", cookie) for one in addresses]),
            sign=b'class="facets"',
        )
        for name, addresses in LISTS.items()
    }


def in_turn(requests):
    """One request after the other, again and again."""
    return itertools.cycle(requests).__next__


def weight(page):
    """How large the answer was."""
    return f"{page.size / 1024:.1f} KB"


def said(word):
    """Tell what is being measured, on a line of its own that the table does not need."""
    print(f"… {word}", file=sys.stderr, flush=True)
