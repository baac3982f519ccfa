"""Putting a thing into another group, or saying it to other people: the page, and its question before others see it."""

import typing as t

from flask import Response, abort, request

from app.core import pages
from app.core.attaching import options
from app.core.audience import Thing
from app.core.languages import language
from app.core.policy import allowed, me
from app.extensions import db
from app.spaces.models import Space

WIDTH = {"space": 0, "members": 1, "public": 2}


def audience_word(thing: Thing) -> str:
    """Return `public`, `members` or `space`: how a thing's audience is called."""
    return next((word for word in ("public", "members") if word in thing.rooms), "space")


def is_wider(thing: t.Any, space: Space, word: str) -> bool:
    """Say whether others than before would see a thing."""
    return WIDTH[word] > WIDTH[audience_word(thing)] or (word == "space" and space.id != thing.space_id)


class Page(t.NamedTuple):
    """The page of one kind of things: its template, its place in the rail, and what its room says."""

    template: str
    place: str
    add: str  # the act that puts such a thing into a group
    fits: t.Callable[
        [t.Any, Space], bool
    ]  # may this form's audience be chosen there; else words stand beside it
    asks: t.Callable[[Space, str], t.Any]  # who would see it then

    def draw(self, thing: t.Any, form: t.Any, asks: t.Any = "", key: str = "") -> Response:
        """Return the page; `asks` says who will see the thing, `key` is what a yes to that confirms."""
        status = 422 if form.errors else 200
        return pages.page(
            self.template, status, place=self.place, it=thing, form=form, asks=asks, key=key, error=status == 422,
        )  # fmt: skip


def chosen(page: Page, thing: t.Any, form: t.Any, spaces: list[Space]) -> tuple[Space, str] | Response:
    """Return the group and the readers that were chosen for a thing, or the page on which they are."""
    here = db.session.get_one(Space, thing.space_id)
    spaces = [here, *(space for space in spaces if space.id != here.id)]
    form.space.choices = options((space.id, space.text("name", language())) for space in spaces)
    if request.method == "GET":
        form.space.data, form.audience.data = here.id, audience_word(thing)
    if request.method == "GET" or not form.validate():
        return page.draw(thing, form)
    space, word = next(one for one in spaces if one.id == form.space.data), form.audience.data
    if not page.fits(form, space):
        return page.draw(thing, form)
    if space is not here and not allowed(me(), page.add, space):
        abort(403)
    key = f"{space.id}-{word}"
    if is_wider(thing, space, word) and form.confirm.data != key:
        return page.draw(thing, form, page.asks(space, word), key)
    return space, word
