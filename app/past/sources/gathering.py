"""Posts become discussions: by what they answer, else by what the source says, else by their subject."""

import datetime as dt
import re
import typing as t
import unicodedata

from app.past.sources.items import Post, Talk

ANSWER = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)*(?:(?:re|aw|sv|rv|tr|res|antw|رد|отв|ha|回复)(?:\s*\[\d+\])?\s*[:：]\s*|fwd?\s*:\s*|wg\s*:\s*)+",
    re.I,
)  # fmt: skip
LIST = re.compile(r"^\s*\[[^\]]{1,40}\]\s*")
APART = dt.timedelta(days=90)  # subjects that are equal by chance lie further apart


def bare(title: str) -> str:
    """Return a subject without "Re:", "AW:" and the name of its list."""
    before = None
    while before != title:
        before, title = title, LIST.sub("", ANSWER.sub("", title))
    return title.strip()


def talks(posts: list[Post]) -> list[Talk]:
    """Return the discussions in the order in which they began, each with its posts in the order of time."""
    groups: dict[str, list[Post]] = {}
    for post, name in zip(posts, _names(posts), strict=True):
        groups.setdefault(name, []).append(post)
    found = [_talk(group) for group in groups.values()]
    return sorted(found, key=lambda talk: (talk.posts[0].at, talk.posts[0].line))


def _talk(group: list[Post]) -> Talk:
    ordered = sorted(group, key=lambda post: (post.at, post.line))
    first = ordered[0]
    title = next((bare(post.title) for post in ordered if bare(post.title)), "")
    return Talk(first.talk or first.key, title or first.body.split("\n", 1)[0][:80], ordered)


def _names(posts: list[Post]) -> list[str]:
    """Return for each post the name of its discussion: posts that hang together have one name."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.get(name, name) != name:
            above[name] = above.get(above[name], above[name])
            name = above[name]
        return name

    for post in posts:
        own = f"talk {post.talk}" if post.talk else post.key
        above.setdefault(own, own)
        for other in post.answers if not post.talk else ():
            above.setdefault(other, other)
            above[top(other)] = top(own)
    _by_subject(posts, above, top)
    return [top(f"talk {post.talk}" if post.talk else post.key) for post in posts]


def _by_subject(posts: list[Post], above: dict[str, str], top: t.Callable[[str], str]) -> None:
    """A mail that answers, and does not say what, belongs to the latest of its subject."""
    latest: dict[str, Post] = {}
    for post in sorted((p for p in posts if not p.talk), key=lambda p: (p.at, p.line)):
        subject = _folded(bare(post.title))
        other = latest.get(subject)
        lost = not post.answers and ANSWER.match(post.title)
        if subject and lost and other and post.at - other.at <= APART:
            above[top(post.key)] = top(other.key)
        if subject:
            latest[subject] = post


def _folded(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title.casefold()).split())
