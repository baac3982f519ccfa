"""Looking at what was brought before anything happens: what it is, what it would do, what is wrong with it, by line."""

import typing as t

from app.core import clock
from app.past import boxes, describing, keys, who
from app.past.models import PastBatch
from app.past.plans import Plan
from app.past.sources import Fault, Post, Record, Talk
from app.past.sources.kinds import TALKS

SHOWN, MOST_WRONG = 10, 200


def looked(batch: PastBatch, plan: Plan, actor: t.Any) -> dict[str, t.Any]:
    """Return what a batch would do for who brings it, as it is kept with it and shown on its page."""
    faults = plan.faults
    said = _talks(batch, plan) if batch.form in TALKS else _documents(batch, plan, faults, actor)
    faults.sort(key=lambda fault: (not fault.lost, fault.line, fault.what))
    return {
        **said, "lost": sum(fault.lost for fault in faults), "notes": sum(not fault.lost for fault in faults),
        "wrong": faults[:MOST_WRONG], "manifest": plan.head.get("manifest", ""), "head": plan.head.get("head"),
        "sample": plan.head.get("sample"),
    }  # fmt: skip


def how_read(plan: Plan) -> dict[str, t.Any]:
    """Return how it was read: what was guessed stands in the form from now on."""
    return dict(plan.head.get("how") or {})


# --- documents ------------------------------------------------------------------------------------------------


def _documents(batch: PastBatch, plan: Plan, faults: list[Fault], actor: t.Any) -> dict[str, t.Any]:
    lists, first, found, folders = describing.known(), [], dict[str, bool](), set[str]()
    box = boxes.opened(batch, plan)
    for record in plan.items:
        hash_ = boxes.hash_in(box, record, faults)
        if hash_ is None:
            continue
        mine = keys.of_record(batch.space_id, record, hash_)
        if mine in found:
            faults.append(Fault(record.line, "same", (record.file or record.said.get("title", ""))[-120:]))
            continue
        found[mine] = keys.in_library(actor.viewer, batch.space_id, hash_)
        described = describing.described(record, lists, batch.how)
        faults.extend([*described.faults, *describing.unvoiced(record, lists, actor)])
        folders |= _paths(record.folder)
        if len(first) < SHOWN:
            first.append(_shown(record, described.fields))
    there = keys.known(found)
    old = sum(here or mine in there for mine, here in found.items())
    return {
        "counts": {"documents": len(found) - old, "known": old, "collections": len(folders)},
        "first": first,
    }


def _paths(folder: str) -> set[str]:
    parts = folder.split("/") if folder else []
    return {"/".join(parts[: n + 1]) for n in range(len(parts))}


def _shown(record: Record, fields: dict[str, t.Any]) -> dict[str, str]:
    names = ", ".join(credit["name"] for credit in fields["credits"][:3])
    return {"title": fields["title"], "who": names, "date": fields["date"], "file": record.file.rpartition("/")[2],
            "language": fields["language"]}  # fmt: skip


# --- discussions ----------------------------------------------------------------------------------------------


def _talks(batch: PastBatch, plan: Plan) -> dict[str, t.Any]:
    posts = [post for talk in plan.items for post in talk.posts]
    there = keys.known([keys.key(batch.space_id, batch.form, post.key) for post in posts])
    new = [post for post in posts if keys.key(batch.space_id, batch.form, post.key) not in there]
    writers = who.Writers({post.email for post in posts}, make=False)
    people = {(post.name, post.email) for post in new}
    counts = {
        "talks": sum(_has_new(talk, there, batch) for talk in plan.items),
        "posts": len(new), "known": len(posts) - len(new), "writers": len(people),
        "here": sum(email in writers.people for _name, email in people), "files": sum(post.files for post in new),
    }  # fmt: skip
    return {
        "counts": counts,
        "first": [_talk_shown(talk) for talk in plan.items[:SHOWN]],
        "span": _span(posts),
    }


def _has_new(talk: Talk, there: set[str], batch: PastBatch) -> bool:
    return any(keys.key(batch.space_id, batch.form, post.key) not in there for post in talk.posts)


def _talk_shown(talk: Talk) -> dict[str, t.Any]:
    first = talk.posts[0]
    return {"title": talk.title[:160], "who": who.line(first.name, first.email)["name"], "date": first.at.date().isoformat(),
            "posts": len(talk.posts)}  # fmt: skip


def _span(posts: list[Post]) -> list[str]:
    """The first and the last day on which something was written."""
    days = sorted(post.at for post in posts)
    return [days[0].date().isoformat(), min(days[-1], clock.now()).date().isoformat()] if days else []
