"""What all doors share: their page, the way on, and the page of a mailed key that does not open."""

from flask import Response, request

from app.core import pages


def door(template: str, status: int = 200, wait: int = 0, **values: object) -> Response:
    """Return a page before the door: never kept, never in a search engine; with the wait after too many tries."""
    status = 429 if wait else status
    answer = pages.page(template, status, noindex=True, wait=wait, error=status != 200, **values)
    answer.headers["Cache-Control"] = "no-store"
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def way_on() -> str:
    """Return where this visitor wanted to go: a checked path of this site."""
    return pages.safe_next(request.values.get("next"))
