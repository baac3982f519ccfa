"""The demo network: its texts keep their promises, and filling makes the same network every time."""

import re
from collections import Counter

import pypdf
import pytest

from app.core import files
from app.demo import conferences, content, library, making, papers
from app.demo.making.blocks import parts
from app.library import reading

ROOTS = {"https://www.un.org/", "https://www.ohchr.org/", "https://unesdoc.unesco.org/"}


def posts(discussion):
    return [discussion["opening"], *discussion["replies"]]


def everything():
    return [(d, post) for d in content.discussions() for post in posts(d)]


def members_of(space):
    if space == "network":
        return {key for key, account in content.accounts().items() if account["state"] == "active"}
    rows = content.joins().get(space) or next(g["members"] for g in content.groups() if g["key"] == space)
    return {who for who, role in rows if role != "observer"}


def test_there_are_forty_discussions_in_three_languages():
    found = content.discussions()
    assert Counter(d["language"] for d in found) == {"en": 24, "fr": 8, "ar": 8}
    assert len({d["key"] for d in found}) == 40
    assert sum(bool(d["outcome"]) for d in found) == 8
    assert len(content.updates()) == 12
    assert len(content.groups()) == 7


@pytest.mark.parametrize("discussion", content.discussions(), ids=lambda d: d["key"])
def test_a_discussion_hangs_together(discussion):
    # What the network or everybody may read, every member may answer; what a group keeps to itself, its members.
    inside = members_of(discussion["space"] if discussion["audience"] == "space" else "network")
    people, all_posts = inside, posts(discussion)
    assert len(discussion["title"]) <= 160
    assert 2 <= len(discussion["replies"]) <= 12
    assert {post["by"] for post in all_posts} <= people
    assert [p["after"] for p in all_posts] == sorted(p["after"] for p in all_posts)
    assert discussion["age_days"] * 24 > all_posts[-1]["after"] + 1
    assert all((reply["to"] or 1) < number for number, reply in enumerate(discussion["replies"], 2))
    for who, number in discussion["thanks"]:
        assert who in people and all_posts[number - 1]["by"] != who


def test_texts_keep_the_voice():
    for discussion, post in everything():
        assert "!" not in post["body"] + discussion["title"], discussion["key"]
        assert not re.search(r"\bplease\b", post["body"], re.I), discussion["key"]


def test_texts_link_to_document_roots_only():
    links = {link for _d, post in everything() for link in re.findall(r"https?://[^\s>)]+", post["body"])}
    assert links <= ROOTS


def places():
    rows = content.table("cities.csv")
    return {row["name_en"] for row in rows} | {row["name"] for row in rows}


def named(words):
    return [place for place in places() if re.search(rf"\b{re.escape(place)}\b", words)]


def test_texts_name_no_place():
    words = "\n".join(post["body"] + d["title"] for d, post in everything())
    words += "\n".join(update["body"] for update in content.updates())
    assert not named(words)


# What a file of texts says to readers; the other keys are numbers, names of accounts and zones.
SAID = {
    "title", "body", "text", "add", "why", "access", "place", "outside", "cancelled", "words", "hint", "options", "offer",
    "track", "room",
}  # fmt: skip


def said_in(value):
    """Every text for readers in a file of texts, however deep it stands."""
    if isinstance(value, list):
        return [words for one in value for words in said_in(one)]
    if not isinstance(value, dict):
        return []
    own = [words for key in SAID & value.keys() for words in _strings(value[key])]
    return own + [words for one in value.values() for words in said_in(one)]


def _strings(value):
    return [value] if isinstance(value, str) else [one for one in value if isinstance(one, str)]


@pytest.mark.parametrize("name", ["events", "minutes", "actions", "times"])
def test_texts_of_the_calendar_and_of_actions_name_no_place(name):
    words = said_in(content.texts(f"{name}.toml"))
    assert len(words) > 3 and not named("\n".join(words))


def test_events_minutes_and_actions_are_there_in_number():
    events = content.texts("events.toml")["event"]
    assert len(events) == len({one["key"] for one in events}) == 33
    assert {one.get("scale", "") for one in events} == {"", "biennial", "general", "regional"}
    assert len(content.texts("minutes.toml")["minutes"]) == 2
    assert len(content.facts("joint_actions.json")["actions"]) == 14
    assert Counter(scale for _space, scale, _one in conferences.known()) == {"general": 8, "regional": 1}


DOCUMENTS = library.documents()


def words_of(one):
    editions = [edition["title"] + edition["body"] for edition in one["editions"]]
    said = [post["body"] for post in one["talk"]["replies"]] + [one["talk"]["body"]] if one["talk"] else []
    return "\n".join([one["title"], one["abstract"], one["body"], *editions, *said])


def test_there_are_sixty_documents_with_files_in_six_languages():
    assert Counter(one["kind"] for one in DOCUMENTS) == {
        "pdf": 21,
        "docx": 16,
        "odt": 9,
        "xlsx": 8,
        "pptx": 6,
        "link": 1,
    }
    assert Counter(one["language"] for one in DOCUMENTS) == {
        "en": 26,
        "fr": 11,
        "es": 8,
        "ar": 8,
        "ru": 5,
        "pt": 3,
    }
    assert len({one["key"] for one in DOCUMENTS}) == len(DOCUMENTS)


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one["key"])
def test_a_document_hangs_together(one):
    keys, shared = {other["key"] for other in DOCUMENTS}, content.texts("documents.toml")
    spaces = {"network", *content.joins(), *(group["key"] for group in content.groups())}
    assert one["by"] in content.accounts() and one["space"] in spaces and set(one["placements"]) <= spaces
    assert one["series"] in {"", *shared["series"]} and one["collection"] in {
        "",
        *(c["key"] for c in shared["collection"]),
    }
    assert one["superseded"] in {"", *keys} and one["language"] in shared["mark"]
    assert all(shared["shapes"][name].get(one["language"]) for name in one["shapes"])
    assert one["age_days"] > max(
        [0, *(v["after"] for v in one["versions"]), *(e["after"] for e in one["editions"])]
    )
    words = words_of(one)
    assert "!" not in words and not re.search(r"\bplease\b", words, re.I)
    assert set(re.findall(r"https?://[^\s>)]+", words + one["link"])) <= ROOTS


def test_documents_name_no_place():
    assert not named("\n".join(map(words_of, DOCUMENTS)))


@pytest.mark.parametrize("kind", sorted(making.MAKERS))
def test_a_file_is_real_says_what_it_is_and_always_the_same(kind, tmp_path):
    for language in {one["language"] for one in DOCUMENTS if one["kind"] == kind}:
        one = next(one for one in DOCUMENTS if one["kind"] == kind and one["language"] == language)
        paper = library.paper(one, language, one["title"], one["body"])
        raw = making.make(kind, paper)
        assert raw == making.make(kind, paper)
        path = tmp_path / f"{one['key']}.{kind}"
        path.write_bytes(raw)
        assert files.type_of(path, path.name) == reading.TYPES[kind].mime
        if kind == "pdf":
            first = pypdf.PdfReader(path).pages[0].extract_text()
            assert language == "ar" or paper.mark in first.replace("\n", " ")
    assert parts("## A\n- b\n1. c\n| d | e |\n|---|---|\n| | |\nf")[3].rows == (("d", "e"), ("", ""))


def test_mentions_name_somebody():
    spaces = {*content.joins(), *(group["key"] for group in content.groups())}
    for discussion, post in everything():
        for name in re.findall(r"\{@([^}]*)\}", post["body"]):
            known = spaces if name.startswith("space:") else content.accounts()
            assert name.removeprefix("space:") in known, discussion["key"]
        assert not re.search(r"@\w", post["body"].replace("{@", "")), discussion["key"]


def test_papers_are_the_same_every_time():
    found = [paper for _d, post in everything() for paper in post["attach"]]
    assert {paper["kind"] for paper in found} == {"pdf", "csv", "txt", "png", "docx"}
    for paper in found:
        assert papers.make(paper) == papers.make(paper)
        assert 20 < len(papers.make(paper)) < 5000
