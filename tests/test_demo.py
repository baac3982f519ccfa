"""The demo network: its texts keep their promises, and filling makes the same network every time."""

import re
from collections import Counter

import pytest

from app.demo import content, papers

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
    assert len(content.groups()) == 5


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


def test_texts_name_no_place():
    places = {row["name_en"] for row in content.table("cities.csv")} | {
        row["name"] for row in content.table("cities.csv")
    }
    words = "\n".join(post["body"] + d["title"] for d, post in everything())
    words += "\n".join(update["body"] for update in content.updates())
    assert not [place for place in places if re.search(rf"\b{re.escape(place)}\b", words)]


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
