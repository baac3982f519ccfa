"""What a space's home shows of the facts that are kept with it: founding, plan, past events.

Read-only, and tolerant: a fact that is missing or has another shape is left out.
"""

import typing as t

from app.core.languages import language
from app.core.panels import panel
from app.core.policy import me
from app.core.text import slug
from app.members import names
from app.spaces import queries, words
from app.spaces.coalition_facts import OFFICES, part, rows, tongues
from app.spaces.coalition_facts import words as said

Shown = tuple[str, dict[str, t.Any]] | None
FIRST = 4  # events that stand open; the rest is folded


@panel("space", order=40)
def groups_below(space: t.Any) -> Shown:
    """The coalitions and groups right below it that the reader sees."""
    found = queries.below(me().viewer, space)
    values = {"below": found, "network": space.form == "network", "words": words}
    return ("spaces/_below.html", values) if found else None


@panel("space", order=60)
def plan(space: t.Any) -> Shown:
    """The commitments of a coalition's plan."""
    own = part(space.facts.get("plan"))
    if not own:
        return None
    lang = str(own.get("language") or "en")
    return "spaces/_plan.html", {
        "plan": own,
        "commitments": rows(own.get("commitments")),
        "words": words,
        "lang": lang,
    }


@panel("member_card", order=10, column="top")
def plan_of_a_member(member: t.Any) -> Shown:
    """The plan of the coalition that a member belongs to."""
    group = queries.plan_of(me().viewer, member.coalition) if member.coalition else None
    title = part(group.plan).get("title") if group else None
    if not title:
        return None
    return "spaces/_member_plan.html", {"title": title, "url": f"/groups/{group.id}-{slug(group.name)}#plan"}


@panel("space", order=80)
def events(space: t.Any) -> Shown:
    """What happened before, with dates."""
    past = sorted(rows(space.facts.get("events")), key=lambda row: str(row.get("start") or ""), reverse=True)
    return ("spaces/_events.html", {"events": past, "first": FIRST, "words": words}) if past else None


@panel("space", order=60, column="side")
def founding(space: t.Any) -> Shown:
    """When and where it began, who leads it, what it was called."""
    facts = space.facts
    key, named = str(facts.get("region") or ""), dict(names.tongues(language()))
    values = {
        "founding": part(facts.get("founding")), "leads": rows(facts.get("lead_cities")),
        "former": said(facts.get("former_names")), "region": _region(key) if space.form == "coalition" else None,
        "countries": [names.country(code) for code in said(facts.get("countries"))],
        "tongues": [named.get(code, code) for code in tongues(facts)], "short": str(facts.get("short_name") or ""),
    }  # fmt: skip
    if not any(values.values()):
        return None
    sure = part(facts.get("languages")).get("verification")
    more = {
        "tongues_sure": sure,
        "lang": str(facts.get("language") or "en"),
        "offices": OFFICES,
        "words": words,
    }
    return "spaces/_founding.html", {**values, **more}


def _region(key: str) -> dict[str, str] | None:
    return {"name": names.region(key), "tail": slug(key)} if key in names.REGIONS else None


@panel("briefing", order=40)
def groups_of_a_seat(brief: t.Any) -> Shown:
    """The groups whose places go with a seat."""
    found = queries.groups_of(me().viewer, brief.people)
    return ("spaces/_briefing.html", {"groups": found, "words": words}) if found else None


@panel("person", order=40, column="side")
def groups_of_a_person(person: t.Any) -> Shown:
    """The groups that somebody is in, as far as the reader sees both; the whole network says nothing."""
    found = [row for row in queries.groups_of(me().viewer, (person.id,)) if row.form != "network"]
    return ("spaces/_person.html", {"groups": found}) if found and me().is_authenticated else None
