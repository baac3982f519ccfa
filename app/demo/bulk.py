"""Makes the rows of the large demo in memory: discussions, posts, thanks, facts and what is searched.

Nothing here asks the database. The rows are what the acts would have written one by one; a test compares both.
"""

import datetime as dt
import random

from app.core import text
from app.demo import content
from app.search.analyser import tokens
from app.search.entries import tags

SHARES = (("en", 6), ("fr", 2), ("ar", 2))
MINUTE = dt.timedelta(minutes=1)


def sizes():
    """Posts of each of 2,000 discussions, 40,000 in all; most have 20, one has 500."""
    pairs = [size for n in range(500) for size in (20 - n % 18 - 1, 20 + n % 18 + 1)]
    return [500, *[4] * 30, *[20] * 969, *pairs]


class Pool:
    """Texts of one language: titles, and bodies rendered and cut into words once."""

    def __init__(self, language, dice):
        found = [d for d in content.discussions() if d["language"] == language]
        self.language = language
        self.titles = [(d["topic"], d["title"][:150]) for d in found]
        bodies = [
            reply["body"].strip() for d in found for reply in d["replies"] if reply["language"] == language
        ]
        single = [body for body in bodies if "{@" not in body]
        double = ["\n\n".join(dice.sample(single, 2)) for _ in range(2 * len(single))]
        self.bodies = [Body(body, language) for body in [*single, *double]]


class Body:
    """One text with all that is kept of it."""

    def __init__(self, body, language):
        self.body, self.language = text.clean_text(body), language
        self.html = text.render(self.body)
        self.excerpt, self.plain = text.excerpt(self.html), text.plain(self.html)
        self.tokens = tokens(self.plain, language)


class Crowd:
    """Who is where: actors with their lines, and the spaces with the people in them."""

    def __init__(self, actors, spaces, countries=None):
        self.countries = countries or {}  # of organisations, for the search
        self.actors = {actor.id: actor for actor in actors}
        self.spaces = spaces
        self.inside = {space.id: [] for space in spaces}
        for actor in actors:
            for group in actor.groups:
                if group.role != "observer":
                    self.inside[group.id].append(actor.id)
        self.lines = {actor.id: self.voices(actor) for actor in actors}

    def voices(self, actor):
        """The ways in which somebody may speak: (organisation id, line), personally first."""
        spoken = [(None, actor.byline())]
        return [*spoken, *((seat.id, actor.byline(seat)) for seat in actor.seats if seat.may_publish)]


class Bulk:
    """All rows, by table name."""

    def __init__(self, crowd, now, first, seed=2017):
        self.dice, self.crowd, self.now = random.Random(seed), crowd, now
        self.first = first  # table name → first free id
        self.pools = {language: Pool(language, self.dice) for language, _share in SHARES}
        self.audiences = {}  # (space id, word) → audience id, given by who calls
        self.rows = {
            name: [] for name in ("thread", "post", "thank", "watch", "read_mark", "activity", "search_entry")
        }

    def plan(self, audiences):
        """Make every row; `audiences` tells the audience of a space and a word."""
        self.audiences = audiences
        threads = [self.thread(size) for size in self.shuffled(sizes())]
        threads.sort(key=lambda thread: thread["posts"][0]["at"])
        self.number(threads)
        facts = [fact for thread in threads for fact in self.thread_facts(thread)]
        for fact in sorted(facts, key=lambda fact: fact["at"]):
            self.rows["activity"].append(fact)
        for thread in threads:
            self.keep(thread)
        return self.rows

    def shuffled(self, values):
        """The same values in another order, always the same one."""
        return self.dice.sample(values, len(values))

    def thread(self, size):
        """One discussion as a plan: where, in which words, who writes when."""
        dice = self.dice
        pool = self.pools[dice.choices([s[0] for s in SHARES], [s[1] for s in SHARES])[0]]
        space = dice.choice(self.crowd.spaces)
        word = dice.choice(space.offers())
        people = self.crowd.inside[space.id] if word == "space" else list(self.crowd.actors)
        circle = dice.sample(people, min(len(people), 12))
        topic, title = dice.choice(pool.titles)
        posts = [self.post(at, circle, pool) for at in self.times(size)]
        return {"space": space, "audience": self.audiences[space.id, word], "topic": topic, "title": title,
                "language": pool.language, "posts": posts}  # fmt: skip

    def times(self, size):
        """When the posts of one discussion were written: within two weeks, some time in the last 200 days."""
        start = self.now - dt.timedelta(seconds=self.dice.randrange(7200, 200 * 86400))
        span = min(14 * 86400, int((self.now - start).total_seconds()) - 3600)
        offsets = sorted(self.dice.randrange(span) for _ in range(size - 1))
        return [start, *(start + dt.timedelta(seconds=offset + 1) for offset in offsets)]

    def post(self, at, circle, pool):
        """One post: who, for whom, in which words, and who thanks for it."""
        author = self.dice.choice(circle)
        organisation, by = self.dice.choice(self.crowd.lines[author])
        thanks = (
            [who for who in self.dice.sample(circle, 2) if who != author] if self.dice.random() < 0.1 else []
        )
        return {"author": author, "organisation": organisation, "by": by, "at": at, "thanks": thanks,
                "words": self.dice.choice(pool.bodies), "to": self.dice.random() < 0.3}  # fmt: skip

    def number(self, threads):
        """Give ids as the database would have: discussions and posts in the order of time."""
        for number, thread in enumerate(threads):
            thread["id"] = self.first["thread"] + number
            thread["title"] = f"{thread['title']} – {number + 1}"
            thread["url"] = f"/discussions/{thread['id']}-{text.slug(thread['title'])}"
            for place, post in enumerate(thread["posts"], 1):
                post["number"] = place
                post["reply_to"] = self.dice.randrange(1, place) if post["to"] and place > 1 else None
        posts = sorted((post for thread in threads for post in thread["posts"]), key=lambda post: post["at"])
        for number, post in enumerate(posts):
            post["id"] = self.first["post"] + number

    def keep(self, thread):
        """The rows of one discussion."""
        posts, first = thread["posts"], thread["posts"][0]
        thanked = sum(len(post["thanks"]) for post in posts)
        self.rows["thread"].append({
            **self.said(thread, first), "id": thread["id"], "space_id": thread["space"].id, "topic": thread["topic"],
            "title": thread["title"], "language": thread["language"], "last_at": posts[-1]["at"],
            "posts": len(posts), "replies": len(posts) - 1, "voices": len({post["author"] for post in posts}),
            "version": len(posts) + thanked, "pinned": False, "closed": False, "locked": False, "removed": False,
            "outcome": "", "outcome_html": "", "outcome_by": "", "outcome_at": None,
        })  # fmt: skip
        for post in posts:
            self.keep_post(thread, post)
        for person, post in {post["author"]: post for post in posts}.items():
            ref = f"thread:{thread['id']}"
            self.rows["watch"].append({"person_id": person, "ref": ref, "level": "follow", "at": post["at"]})
            self.rows["read_mark"].append({"person_id": person, "thread_id": thread["id"], "number": post["number"],
                                           "at": post["at"]})  # fmt: skip

    def said(self, thread, post):
        """The columns that a discussion and its posts share."""
        return {"audience_id": thread["audience"], "author_id": post["author"], "by": post["by"],
                "organisation_id": post["organisation"], "at": post["at"]}  # fmt: skip

    def keep_post(self, thread, post):
        """The rows of one post."""
        words = post["words"]
        self.rows["post"].append({
            **self.said(thread, post), "id": post["id"], "thread_id": thread["id"], "root": f"thread:{thread['id']}",
            "number": post["number"], "reply_to": post["reply_to"], "language": thread["language"],
            "body": words.body, "html": words.html, "renderer": text.RENDERER, "edited": None, "removed": False,
            "thanks": len(post["thanks"]), "files": 0,
        })  # fmt: skip
        for turn, who in enumerate(post["thanks"]):
            self.rows["thank"].append(
                {"post_id": post["id"], "person_id": who, "at": self.thanked_at(post, turn)}
            )
        self.rows["search_entry"].append(self.entry(thread, post))

    def thanked_at(self, post, turn):
        """Some minutes after the post, never later than now."""
        return min(post["at"] + (5 + 7 * turn) * MINUTE, self.now)

    def entry(self, thread, post):
        """What is searched: the discussion with its first words, or a reply that shows the title."""
        opens, ref = post["number"] == 1, f"thread:{thread['id']}"
        title_tokens = tokens(thread["title"], thread["language"]) if opens else ""
        known = {"in": [thread["space"].id], "theme": [thread["topic"]], "by": [post["author"]],
                 "org": [post["organisation"]], "is": ["unanswered"] * (opens and len(thread["posts"]) == 1),
                 "country": [self.crowd.countries.get(post["organisation"])]}  # fmt: skip
        return {
            "ref": ref if opens else f"post:{post['id']}", "root": ref, "audience_id": thread["audience"],
            "kind": "thread", "title": thread["title"], "body": post["words"].plain + (" " if opens else ""),
            "title_tokens": title_tokens, "body_tokens": post["words"].tokens, "lang": thread["language"],
            "url": thread["url"] if opens else post_url(thread, post), "by": post["by"]["name"], "at": post["at"],
            "author_id": post["author"], "more": {"replies": len(thread["posts"]) - 1},
            "tags": tags(title_tokens, "thread", thread["language"], known),
        }  # fmt: skip

    def thread_facts(self, thread):
        """The facts of one discussion: started, replied, thanked."""
        authors = {post["number"]: post["author"] for post in thread["posts"]}
        for post in thread["posts"]:
            yield self.written(thread, post, authors)
            for turn, who in enumerate(post["thanks"]):
                data = {"number": post["number"], "to_id": post["author"]}
                _organisation, by = self.crowd.lines[who][0]
                yield {**self.fact(thread), "verb": "board.thanked", "at": self.thanked_at(post, turn),
                       "actor_id": who, "organisation_id": None, "by": by, "subject": f"post:{post['id']}",
                       "url": post_url(thread, post), "data": data}  # fmt: skip

    def written(self, thread, post, authors):
        """The fact of a post."""
        opens, number = post["number"] == 1, post["number"]
        data = {"number": number, "mentions": []}
        if opens:
            data["topic"] = thread["topic"]
        else:
            data |= {"reply_to": post["reply_to"], "to_id": authors.get(post["reply_to"])}
        return {**self.fact(thread), "verb": "board.started" if opens else "board.replied", "at": post["at"],
                "actor_id": post["author"], "organisation_id": post["organisation"], "by": post["by"],
                "subject": f"thread:{thread['id']}" if opens else f"post:{post['id']}",
                "excerpt": post["words"].excerpt, "data": data,
                "url": thread["url"] if opens else post_url(thread, post)}  # fmt: skip

    def fact(self, thread):
        """What all facts of a discussion have in common."""
        return {"root": f"thread:{thread['id']}", "space_id": thread["space"].id, "audience_id": thread["audience"],
                "title": thread["title"], "lang": thread["language"], "excerpt": ""}  # fmt: skip


def post_url(thread, post):
    """The address of a post."""
    return f"/discussions/{thread['id']}/posts/{post['number']}"
