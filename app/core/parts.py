"""How many parts a form may have: what the frame allows (MAX_FORM_PARTS), or more where a page takes many files at once.

What a form keeps in memory stays bounded: its words by MAX_FORM_MEMORY_SIZE (500 kB), all of it by MAX_REQUEST_MB.
"""

import typing as t

from flask import Flask, current_app, request

View = t.TypeVar("View", bound=t.Callable[..., t.Any])


def takes_parts(most: int) -> t.Callable[[View], View]:
    """Let the form of a view have more parts than others."""

    def mark(view: View) -> View:
        t.cast(t.Any, view).form_parts = most
        return view

    return mark


def register(app: Flask) -> None:
    """Say the bound of each request before anything reads its form: to be called before the check of tokens is."""

    @app.before_request
    def widen() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "form_parts", 0)
        if most:
            request.max_form_parts = most
