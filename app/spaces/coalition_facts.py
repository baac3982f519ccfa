"""What is known of a coalition, as its forms show it and as it is kept with the space; and the acts that keep it."""

import typing as t

import sqlalchemy as sa

from app.core import audit
from app.core.activity import record
from app.core.database import atomic
from app.core.languages import lazy
from app.extensions import db
from app.members import names
from app.spaces import acts
from app.spaces.models import Space

OFFICES = {"lead city": lazy("Lead city"), "co-lead city": lazy("Co-lead city")}
COMMITMENTS = 10  # a Ten-Point Plan
Facts = dict[str, t.Any]


def rows(value: t.Any) -> list[Facts]:
    """Return the dictionaries of a list; anything else is nothing."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def part(value: t.Any) -> Facts:
    """Return a dictionary; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def words(value: t.Any) -> list[str]:
    """Return the words of a list; anything else is nothing."""
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def tongues(facts: Facts) -> list[str]:
    """Return the languages of a coalition's work."""
    return words(part(facts.get("languages")).get("value"))


# --- what the forms show ----------------------------------------------------------------------------------


def known(facts: Facts) -> Facts:
    """Return what is known under the names of the form's fields."""
    founding = part(facts.get("founding"))
    shown = {
        "short_name": facts.get("short_name"), "founded": founding.get("date"), "founded_place": founding.get("place"),
        "occasion": founding.get("occasion"), "region": facts.get("region"),
        "countries": "; ".join(names.country(code) for code in words(facts.get("countries"))),
        "languages": tongues(facts), "former_names": "\n".join(words(facts.get("former_names"))),
        "language": facts.get("language") or "en",
    }  # fmt: skip
    for number, lead in enumerate(rows(facts.get("lead_cities"))):
        shown |= {f"lead_{number}_{name}": lead.get(key) for name, key in _LEAD.items()}
    return {name: value or "" for name, value in shown.items()}


_LEAD = {
    "city": "city",
    "office": "office",
    "area": "sub_region",
    "from": "from",
    "to": "to",
    "current": "current",
}


def planned(facts: Facts) -> Facts:
    """Return the plan under the names of the form's fields."""
    plan = part(facts.get("plan"))
    shown = {name: plan.get(name) or "" for name in ("title", "adopted", "place", "link", "complete")}
    for one in rows(plan.get("commitments")):
        shown |= {f"title_{one.get('n')}": one.get("title"), f"summary_{one.get('n')}": one.get("summary")}
    return {**shown, "language": plan.get("language") or "en"}


def commitments(facts: Facts) -> int:
    """Return how many commitments the form has room for."""
    numbers = [
        one["n"] for one in rows(part(facts.get("plan")).get("commitments")) if isinstance(one.get("n"), int)
    ]
    return min(max([COMMITMENTS, *numbers]), 3 * COMMITMENTS)


# --- what the forms say -----------------------------------------------------------------------------------


def told(form: t.Any, before: Facts) -> Facts:
    """Return the facts that a form says; what stays as it was keeps how sure it is and where it is from."""
    founding = {"date": form.founded.data, "place": form.founded_place.data, "occasion": form.occasion.data}
    spoken = sorted(form.languages.data or [])
    kept = part(before.get("languages"))
    facts: Facts = {
        "short_name": form.short_name.data or "", "language": form.language.data,
        "founding": {**part(before.get("founding")), **{name: value or None for name, value in founding.items()}},
        "region": form.region.data or "", "countries": form.country_keys(),
        "languages": kept if spoken == sorted(tongues(before)) else {"value": spoken},
        "former_names": list(dict.fromkeys(filter(None, map(str.strip, (form.former_names.data or "").splitlines())))),
    }  # fmt: skip
    if hasattr(form, "rows"):
        facts["lead_cities"] = list(_leads(form, rows(before.get("lead_cities"))))
    return facts


def _leads(form: t.Any, before: list[Facts]) -> t.Iterator[Facts]:
    for number in range(form.rows):
        said = {key: form[f"lead_{number}_{name}"].data or None for name, key in _LEAD.items()}
        old = before[number] if number < len(before) else {}
        if not said["city"]:
            continue
        ended = said["to"] or (old.get("current") is False and not said["current"])
        said["current"] = False if ended else (True if said["current"] else None)
        same = all((old.get(key) or None) == said[key] for key in ("city", "from", "to"))
        yield {**(old if same else {}), **said}


def plan_told(form: t.Any, before: Facts) -> Facts:
    """Return the plan that a form says; a commitment whose title stays keeps how sure it is."""
    plan = part(before.get("plan"))
    if not form.title.data:
        return {"plan": None}
    old = {one.get("n"): one for one in rows(plan.get("commitments"))}
    said = [
        {**(old.get(n, {}) if old.get(n, {}).get("title") == form[f"title_{n}"].data else {}),
         "n": n, "title": form[f"title_{n}"].data, "summary": form[f"summary_{n}"].data or ""}
        for n in range(1, form.rows + 1) if form[f"title_{n}"].data
    ]  # fmt: skip
    own = {name: form[name].data or "" for name in ("title", "adopted", "place", "link", "language")}
    return {"plan": {**plan, **own, "complete": bool(form.complete.data), "commitments": said}}


# --- acts -------------------------------------------------------------------------------------------------


def describe(actor: t.Any, space: Space, facts: Facts, about: str = "facts") -> bool:
    """Keep what is known of a coalition, or its plan; those who see it read that it is new. Says whether it is."""
    with atomic() as session:
        session.refresh(space)
        changed = sorted(
            name for name, value in facts.items() if (space.facts.get(name) or None) != (value or None)
        )
        if not changed:
            return False
        space.facts = {**space.facts, **facts}
        session.flush()
        record("spaces.described", actor=actor, subject=space, space_id=space.id, data={"part": about})
        audit.note(actor, "space.describe", space.ref, fields=", ".join(changed))
    return True


def found_coalition(
    actor: t.Any, network: Space, *, key: str, name: str, summary: str, facts: Facts
) -> Space:
    """Found a coalition of the network. Nobody looks after it until the secretariat gives that to somebody."""
    empty = {"lead_cities": [], "events": [], "plan": None}
    return acts.add_space(
        actor, form="coalition", key=key, handle=key.lower(), name=name, parent=network, summary=summary,
        sight="public", joining="request", facts={**empty, **facts},
    )  # fmt: skip


def keys() -> set[str]:
    """Return the keys of all spaces in capitals, whoever sees them: two are never alike."""
    return {key.upper() for key in db.session.scalars(sa.select(Space.key))}


def network() -> Space | None:
    """Return the network, None before it is there."""
    return db.session.scalar(sa.select(Space).where(Space.form == "network").order_by(Space.id).limit(1))
