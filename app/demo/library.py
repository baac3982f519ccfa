"""Puts the sample documents into the demo network, through the ordinary acts, each at its own time."""

import datetime as dt
import io

from app.board import acts as board
from app.core import files
from app.demo import content
from app.demo.making import Paper, make
from app.demo.making.blocks import parts
from app.extensions import db
from app.library import acts, collections, placing, vocabularies
from app.library.models import Document

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
ZONE = "Europe/Paris"


def documents():
    """All sample documents, with what is left out in the files filled in, in the order of their keys."""
    found = [
        complete(language, one)
        for language in content.document_languages()
        for one in content.texts(f"documents-{language}.toml")["document"]
    ]
    return sorted(found, key=lambda one: one["key"])


def complete(language, one):
    """One document with every optional part present."""
    return {
        "language": language, "voice": "personal", "space": "network", "series": "", "number": "", "themes": [], "targets": [],
        "sdgs": [], "commitments": [], "countries": [], "licence": "cc-by-4.0", "texts": {}, "link": "", "shapes": [],
        "versions": [], "editions": [], "collection": "", "placements": [], "superseded": "", "withdrawn": "", "review": [],
        "planned": 0, "talk": None, **one,
    }  # fmt: skip


def paper(one, language, title, body):
    """What stands in a file of a document."""
    shared = content.texts("documents.toml")
    shapes = [shared["shapes"][name].get(language, "") for name in one["shapes"]]
    by = content.accounts()[one["by"]]["display_name"]
    return Paper(
        language, title, shared["mark"][language], by, one["abstract"], parts("\n".join([body, *shapes]))
    )


def keep_documents():
    """Make and store all files before the transaction: (document, language, number) to kept files."""
    found = {}
    for one in documents():
        if one["kind"] == "link":
            continue
        bodies = [one["body"]]
        for version in one["versions"]:
            bodies.append(f"{one['body']}\n{version['add']}")
        for number, body in enumerate(bodies, 1):
            found[one["key"], one["language"], number] = kept(one, one["language"], one["title"], body)
        for edition in one["editions"]:
            found[one["key"], edition["language"], 1] = kept(
                one, edition["language"], edition["title"], edition["body"]
            )
    return found


def kept(one, language, title, body):
    """The stored bytes of one file."""
    raw = make(one["kind"], paper(one, language, title, body))
    return files.keep(io.BytesIO(raw), f"{one['key']}-{language}.{one['kind']}")


class Library:
    """Everything that is put into the library, as moments of what happens in the demo network."""

    def __init__(self, talk, kept):
        self.talk, self.cast, self.kept, self.now = talk, talk.cast, kept, talk.now
        self.known, self.shelves = {}, {}
        self.wanted = documents()
        for one in self.wanted:
            self.plan(one)
        for shelf in content.texts("documents.toml")["collection"]:
            talk.at(self.now - 2 * DAY, self.shelve, shelf)
        for one in self.wanted:
            if one["superseded"]:
                talk.at(self.now - dt.timedelta(hours=40), self.supersede, one)

    def plan(self, one):
        """One document: entered, published or not, its versions and editions, what is said about it."""
        start = self.now - one["age_days"] * DAY
        self.talk.at(start, self.enter, one)
        for number, version in enumerate(one["versions"], 2):
            self.talk.at(start + version["after"] * DAY, self.renew, one, number, version)
        for edition in one["editions"]:
            self.talk.at(start + edition["after"] * DAY, self.translate, one, edition)
        for place in one["placements"]:
            self.talk.at(start + 2 * DAY, self.place, one, place)
        if one["withdrawn"]:
            self.talk.at(start + 20 * DAY, self.withdraw, one)
        if one["talk"]:
            begin = start + one["talk"]["after"] * HOUR
            self.talk.at(begin, self.discuss, one)
            for reply in one["talk"]["replies"]:
                self.talk.at(begin + reply["after"] * HOUR, self.answer, one, reply)

    def who(self, said):
        """Who does it, as an actor."""
        return self.cast.actors[said["by"]]

    def voice(self, one):
        """The organisation that it is entered for."""
        actor = self.who(one)
        return actor.voice(actor.org.id) if one["voice"] == "organisation" else None

    def enter(self, one):
        """Put it in, and let it be read, reviewed or planned."""
        author, space = self.who(one), self.cast.spaces[one["space"]]
        names = ("title", "abstract", "texts", "type", "series", "date", "licence", "link", "sight", "language", "themes",
                 "commitments", "sdgs", "countries", "targets")  # fmt: skip
        fields = {name: one[name] for name in names} | {
            "series_number": one["number"],
            "credits": [self.credit(one)],
        }
        file = self.kept.get((one["key"], one["language"], 1))
        document = acts.create(author, fields, space=space, organisation=self.voice(one), file=file)
        self.known[one["key"]] = document.id
        if one["review"]:
            acts.ask_review(author, document, [self.cast.persons[who].id for who in one["review"]])
        elif one["planned"]:
            due = (self.now + one["planned"] * DAY).replace(hour=9, minute=0)
            acts.plan(author, document, due, ZONE)
        else:
            acts.publish(author, document)

    def credit(self, one):
        """Who wrote it: the organisation that it is entered for, else the person."""
        voice, person = self.voice(one), self.cast.persons[one["by"]]
        if voice:
            return {"kind": "organisation", "id": voice.id, "name": voice.name, "role": "author"}
        return {"kind": "person", "id": person.id, "name": person.name, "role": "author"}

    def document(self, one):
        """The row, as it is now."""
        return db.session.get(Document, self.known[one["key"]])

    def renew(self, one, number, version):
        """A new version."""
        file = self.kept[one["key"], one["language"], number]
        acts.add_version(self.who(one), self.document(one), file, note=version["note"])

    def translate(self, one, edition):
        """A further language."""
        file = self.kept[one["key"], edition["language"], 1]
        document = self.document(one)
        acts.add_version(
            self.who(edition), document, file, language=edition["language"], status=edition["status"]
        )
        texts = {**document.texts, edition["language"]: {"title": edition["title"], "abstract": ""}}
        acts.describe(self.who(edition), document, {"texts": {**texts, **one["texts"]}})

    def place(self, one, key):
        """A place in another group's library."""
        placing.ask(self.cast.actors["secretariat"], self.document(one), self.cast.spaces[key], at_once=True)

    def withdraw(self, one):
        """Take it away, and say why."""
        acts.withdraw(self.who(one), self.document(one), one["withdrawn"])

    def supersede(self, one):
        """Say what stands in its place."""
        acts.supersede(
            self.who(one), self.document(one), db.session.get(Document, self.known[one["superseded"]])
        )

    def discuss(self, one):
        """A discussion about it."""
        talk = one["talk"]
        space = self.cast.spaces[one["space"]]
        self.talk.threads[f"about-{one['key']}"] = board.start_thread(
            self.who(talk), space, topic=talk["topic"], title=talk["title"], body=talk["body"],
            language=talk.get("language", "en"), audience=one["sight"], about=self.document(one).ref,
        )  # fmt: skip

    def answer(self, one, reply):
        """A reply in it."""
        thread = self.talk.threads[f"about-{one['key']}"]
        board.post_reply(
            self.who(reply), thread, reply["body"], language=reply.get("language", thread.language)
        )

    def shelve(self, shelf):
        """A collection with what belongs into it."""
        author, space = self.who(shelf), self.cast.spaces[shelf["space"]]
        fields = {name: shelf[name] for name in ("title", "about", "language")} | {
            "texts": shelf.get("texts", {})
        }
        if "parent" in shelf:
            fields["parent_id"] = self.shelves[shelf["parent"]].id
        made = self.shelves[shelf["key"]] = collections.make(author, space, fields, space.offers()[-1])
        collections.put(
            author, made, [self.known[one["key"]] for one in self.wanted if one["collection"] == shelf["key"]]
        )


def series():
    """Put the series of the sample documents on the list."""
    for key, said in content.texts("documents.toml")["series"].items():
        term = vocabularies.add(None, "series", said["labels"], {"about": said["about"]})
        assert term.key == key or vocabularies.series(term.key)


__all__ = ["Library", "documents", "keep_documents", "series"]
