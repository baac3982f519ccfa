"""Passwords: how they are kept (Argon2id), and which are too easy to guess."""

import functools
import pathlib
import re
import threading
import typing as t
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import hash_secret_raw

from app.core import look
from app.core.aside import aside, let_go
from app.core.database import setting
from app.core.languages import _
from app.members.names import fold

SHORTEST, LONGEST = 15, 128
WITH_SECOND = 8  # is enough for who signs in with a second step
LEFT = 6  # letters and digits that must be left when words everybody would guess are taken out
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qwertzuiop",
)
# Two at once: each takes a core and 19 MB. Patched by gevent, so that who waits does not stop the others.
_at_once = threading.BoundedSemaphore(2)


@functools.cache
def _hasher(time: int, memory: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time, memory_cost=memory, parallelism=1, type=Type.ID)


def _now() -> PasswordHasher:
    return _hasher(setting("ARGON2_TIME"), setting("ARGON2_MEMORY"))


@functools.cache
def _dummy(time: int, memory: int) -> str:
    return _hasher(time, memory).hash("a password that nobody has")


def _plain(password: str) -> str:
    """The same signs typed on another keyboard are the same password; of an endless one only the beginning is read."""
    return unicodedata.normalize("NFKC", password[: 8 * LONGEST])


def _bytes(password: str) -> bytes:
    return _plain(password).encode("utf-8", "replace")


def _away(fn: t.Callable[..., t.Any], *args: t.Any) -> t.Any:
    """Run outside the loop of the web process, at most two at once, holding no connection meanwhile."""
    let_go()
    with _at_once:
        return aside(fn, *args)


def made(password: str) -> str:
    """Return what is kept of a password. Takes long on purpose: never call it inside atomic()."""
    return str(_away(_now().hash, _bytes(password)))


def fits(kept: str, password: str) -> bool:
    """Say whether this is the password. Takes as long without one that is kept: never call it inside atomic()."""
    dummy = _dummy(setting("ARGON2_TIME"), setting("ARGON2_MEMORY"))
    plain = _plain(password)
    other = not kept or len(plain) > LONGEST
    against = dummy if other else kept
    return bool(_away(_verified, _now(), against, _bytes(plain[:LONGEST]))) and not other


def stretched(code: str, salt: str) -> str:
    """Return what is kept of a recovery code, with as much work as for a password: never inside atomic()."""
    work = {"time_cost": setting("ARGON2_TIME"), "memory_cost": setting("ARGON2_MEMORY"), "parallelism": 1}
    return str(
        _away(lambda: hash_secret_raw(code.encode(), salt.encode(), **work, hash_len=32, type=Type.ID).hex())
    )


def _verified(hasher: PasswordHasher, kept: str, password: bytes) -> bool:
    try:
        return hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_old(kept: str) -> bool:
    """Say whether a password was kept with less work than is asked today."""
    return _now().check_needs_rehash(kept)


# --- which are too easy ---------------------------------------------------------------------------------------


@functools.cache
def _common() -> tuple[str, ...]:
    lines = (pathlib.Path(__file__).parent / "common_words.txt").read_text("utf-8").split()
    return tuple(sorted({fold(word) for word in lines}, key=len, reverse=True))


def shortest(second: bool) -> int:
    """Return how many characters a password needs, with or without a second step."""
    return WITH_SECOND if second else SHORTEST


def is_short(password: str) -> bool:
    """Say whether a password suffices only together with a second step."""
    return len(_plain(password)) < SHORTEST


def weakness(password: str, *about: str, shortest: int = SHORTEST) -> str:
    """Return what is wrong with a new password in the reader's language, nothing where it will do.

    `about` are words that whoever guesses would try first: name, e-mail address, handle.
    """
    plain = _plain(password)
    if len(plain) < shortest:
        return str(_("Your password must have at least %(num)d characters.", num=shortest))
    if len(plain) > LONGEST:
        return str(_("Your password must have at most %(num)d characters.", num=LONGEST))
    folded = fold(plain)
    if _repeats(folded) or _in_a_row(folded):
        return str(
            _("This password repeats itself or follows the keyboard. Choose one that is harder to guess.")
        )
    if _all_guessable(folded, about, min(LEFT, shortest // 2)):
        return str(_("This password is made of words that others would try first. Add words of your own."))
    return ""


def _repeats(words: str) -> bool:
    signs = re.sub(r"\s", "", words)
    return len(set(signs)) < 5 or bool(re.fullmatch(r"(.{1,6}?)\1+.{0,5}", signs))


def _in_a_row(words: str) -> bool:
    """Say whether most signs stand beside the one before, in the alphabet or on a keyboard."""
    pairs = [words[n : n + 2] for n in range(len(words) - 1)]
    near = sum(any(pair in row or pair[::-1] in row for row in ROWS) for pair in pairs)
    return near > len(pairs) * 0.7


def _all_guessable(words: str, about: tuple[str, ...], least: int) -> bool:
    guesses = {part for text in (look.title(), *about) for part in re.split(r"[^\w]+", fold(text))}
    known = sorted((g for g in guesses if len(g) > 2), key=len, reverse=True)
    left = words.translate(str.maketrans("013457@$", "oleastas"))
    for word in [*known, *_common()]:
        left = left.replace(word, " ")
        words = words.replace(word, " ")
    return min(len(re.sub(r"[\W_]", "", text)) for text in (left, words)) < least
