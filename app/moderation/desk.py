"""The number in the rail of those who decide; nobody else is asked anything for it."""

import typing as t

from app.core import shell
from app.core.kept import Kept
from app.core.policy import Me
from app.moderation import queries
from app.spaces.models import DECIDING

KEPT_SECONDS = 5.0
MOST = 1000
_counts: Kept[int] = Kept("desk", KEPT_SECONDS, MOST)


def decides(who: t.Any) -> bool:
    """Say whether this person decides anywhere: of the secretariat, or looking after a group."""
    return who.is_authenticated and (
        who.steward or who.moderator or any(group.role in DECIDING for group in who.groups)
    )


def waiting(who: Me) -> int | None:
    """Return how many cases wait for this person, None for who decides nothing; kept for a few seconds."""
    if not decides(who):
        return None
    return _counts.get(who.rooms, lambda: counted(who))


def counted(who: Me) -> int:
    """Count anew."""
    return sum(queries.waiting(who.viewer).values())


def recount() -> None:
    """Forget the numbers: somebody here reported or decided something."""
    _counts.forget()


def register() -> None:
    """Let the rail show the number."""
    shell.show_desk(waiting)
