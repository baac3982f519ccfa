"""Numbers of books and series: whether their last digit fits the others."""

import re


def is_isbn(text: str) -> bool:
    """Say whether the last digit of an ISBN fits the others, of ten and of thirteen."""
    digits = re.sub(r"[\s-]", "", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits):
        return sum((10 - n) * _digit(one) for n, one in enumerate(digits)) % 11 == 0
    return (
        bool(re.fullmatch(r"\d{13}", digits))
        and sum((1 + 2 * (n % 2)) * int(one) for n, one in enumerate(digits)) % 10 == 0
    )


def is_issn(text: str) -> bool:
    """Say whether the last digit of an ISSN fits the others."""
    digits = text.replace("-", "").strip().upper()
    return (
        bool(re.fullmatch(r"\d{7}[\dX]", digits))
        and sum((8 - n) * _digit(one) for n, one in enumerate(digits)) % 11 == 0
    )


def _digit(one: str) -> int:
    return 10 if one == "X" else int(one)
