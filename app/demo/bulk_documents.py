"""Makes the documents of the large demo in memory: 5,000 of 20 pages, with facets, versions and what is searched.

Nothing here asks the database. The rows are what the acts and the reading would have left; a test compares what is found.
All of them have the same small file: it is the rows that are measured.
"""

import datetime as dt
import random

from app.core import text
from app.library.models.documents import TAGS
from app.search.entries import entry, tags
from app.search.places import number as numbered

DOCUMENTS, PAGES, TOGETHER = 5000, 20, 100
FORMS = (("PDF", 6), ("DOC", 3), ("PPT", 1))
LICENCES = ("cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "internal", "")
COUNTRIES = ("CA", "FR", "KE", "MA", "AT", "IT", "SN", "BR", "NZ", "DE", "US", "EC")
KINDS = (
    "report",
    "policy-brief",
    "toolkit-chapter",
    "minutes",
    "background-note",
    "training-manual",
    "city-report",
)
TABLES = (
    "document", "document_facet", "document_edition", "document_version", "attachment", "document_page", "search_entry"
)  # fmt: skip


class Papers:
    """All rows of the documents, some documents at a time."""

    def __init__(self, crowd, pools, kept, themes, now, first, seed=1994):
        self.dice, self.crowd, self.pools, self.kept = random.Random(seed), crowd, pools, kept
        self.themes, self.now, self.first = themes, now, first

    def batches(self, audiences):
        """Rows by table, for some documents at a time; `audiences` tells the audience of a space and a word."""
        for start in range(0, DOCUMENTS, TOGETHER):
            rows = {name: [] for name in TABLES}
            for place in range(start, min(start + TOGETHER, DOCUMENTS)):
                self.keep(rows, place, audiences)
            yield rows

    def keep(self, rows, place, audiences):
        """The rows of one document."""
        one, facets = self.document(place, audiences)
        version, file = self.first["document_version"] + place, self.first["attachment"] + place
        ref = f"document:{one['id']}"
        one |= {"version_id": version, "file_id": file, "file_size": self.kept.size}
        rows["document"].append(one)
        rows["document_facet"] += [
            {"document_id": one["id"], "facet": facet, "value": str(value)} for facet, value in facets
        ]
        rows["document_edition"].append({
            "document_id": one["id"], "language": one["language"], "status": "original", "versions": 1,
            "version_id": version, "based_on": 0, "at": one["at"],
        })  # fmt: skip
        name = f"paper-{place + 1}.pdf"
        rows["document_version"].append({
            "id": version, "document_id": one["id"], "language": one["language"], "number": 1, "by_id": one["author_id"],
            "by": one["by"], "at": one["at"], "file_id": file, "hash": self.kept.hash, "name": name, "mime": self.kept.type,
            "size": self.kept.size, "form": one["file_type"], "state": "ready", "pages": PAGES, "letters": 0,
        })  # fmt: skip
        rows["attachment"].append({
            "id": file, "root": ref, "subject": f"version:{version}", "audience_id": one["audience_id"], "hash": self.kept.hash,
            "name": name, "type": self.kept.type, "size": self.kept.size, "state": "ready", "by_id": one["author_id"],
            "at": one["at"],
        })  # fmt: skip
        found = self.found(one, facets)
        url = f"/library/{one['id']}-{text.slug(one['title'])}"
        rows["search_entry"].append(entry(ref, ref, one["audience_id"], "document", url, found))
        self.keep_pages(rows, one, version, found)

    def document(self, place, audiences):
        """One document, and by what it is filtered."""
        dice = self.dice
        pool = self.pools[dice.choices(list(self.pools), [6, 2, 2])[0]]
        space = dice.choice(self.crowd.spaces)
        word = dice.choice(space.offers())
        author = dice.choice(self.crowd.inside[space.id] or list(self.crowd.actors))
        organisation, by = dice.choice(self.crowd.lines[author])
        at = self.now - dt.timedelta(seconds=dice.randrange(7200, 200 * 86400))
        year, kind = str(dice.randrange(2004, 2027)), dice.choice(KINDS)
        form = dice.choices([name for name, _share in FORMS], [share for _name, share in FORMS])[0]
        licence = dice.choice(LICENCES)
        topic, title = dice.choice(pool.titles)
        one = {
            "id": self.first["document"] + place, "space_id": space.id, "audience_id": audiences[space.id, word], "sight": word,
            "author_id": author, "organisation_id": organisation, "by": by, "language": pool.language,
            "title": f"{title} – {place + 1}", "abstract": dice.choice(pool.bodies).excerpt, "texts": {}, "type": kind,
            "series": "", "series_number": "", "date": year, "licence": licence, "credits": [], "identifiers": [], "link": "",
            "state": "published", "published": at, "versions": 1, "file_type": form, "pages": PAGES,
            "languages": pool.language, "version": 2, "sorted": at, "at": at, "changed": at,
        }  # fmt: skip
        single = [("type", kind), ("year", year), ("file", form), ("licence", licence), ("language", pool.language),
                  ("space", space.id), ("organisation", organisation)]  # fmt: skip
        several = [("theme", key) for key in dice.sample(self.themes, dice.randrange(1, 3))]
        several += [("country", key) for key in dice.sample(COUNTRIES, dice.randrange(3))]
        several += [("sdg", str(number)) for number in dice.sample(range(1, 18), dice.randrange(3))]
        facets = [pair for pair in [*single, *several] if pair[1] not in (None, "")]
        return one, facets

    def found(self, one, facets):
        """What the document says of itself to the search."""
        known = {}
        for facet, value in facets:
            known.setdefault(TAGS.get(facet, facet), []).append(str(value))
        known |= {"by": [one["author_id"]], "has": ["file"], "org": known.get("org", [])}
        if one["organisation_id"] and not known.get("country"):
            known["country"] = [self.crowd.countries.get(one["organisation_id"])]
        return {
            "title": one["title"], "also": " ", "body": f"{one['abstract']}", "lang": one["language"],
            "by": one["by"]["name"], "author": one["author_id"], "at": one["sorted"], "tags": known,
            "more": {"form": one["file_type"]},
        }  # fmt: skip

    def keep_pages(self, rows, one, version, found):
        """Its pages, with their entries: words that were cut once are not cut again."""
        pool, root = self.pools[one["language"]], f"document:{one['id']}"
        own = tags("", "document", one["language"], found["tags"])
        for number in range(1, PAGES + 1):
            body = self.dice.choice(pool.bodies)
            page = self.first["document_page"] + (one["id"] - self.first["document"]) * PAGES + number - 1
            rows["document_page"].append({
                "id": page, "version_id": version, "document_id": one["id"], "root": root, "audience_id": one["audience_id"],
                "number": number, "name": "", "text": body.plain, "html": "",
            })  # fmt: skip
            ref = f"page:{page}"
            rows["search_entry"].append({
                "id": numbered(ref, root, one["sorted"]), "ref": ref, "root": root, "audience_id": one["audience_id"],
                "kind": "document", "author_id": None, "title": one["title"], "part": str(number),
                "more": {"form": one["file_type"]}, "body": body.plain, "lang": one["language"], "url": f"/library/pages/{page}",
                "by": one["by"]["name"], "at": one["sorted"], "title_tokens": "", "body_tokens": body.tokens, "tags": own,
            })  # fmt: skip
