"""The gate: who has not accepted the newest terms is asked at the next page. Reading them and leaving stay open."""

from app.core import policy, site

PAGE = "/terms/accept"


def newest() -> int:
    """Return the number of the edition that holds, 0 where none was published."""
    return int(site.kept("terms") or 0)


def due(who: policy.Me) -> str:
    """Return the way to the question for who has not accepted the newest edition."""
    return PAGE if who.terms < newest() else ""


def register() -> None:
    """Stand before every page, after the gate of the second step."""
    policy.gate(due)
