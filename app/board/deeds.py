"""Small deeds, removing, and looking after a discussion."""

import typing as t

import sqlalchemy as sa
from flask import Response, abort, request

from app.board import acts, forms, history, lists
from app.board.talk import bp, found, hearers, post_for, thread_for, whole
from app.board.words import told, written
from app.board.writing import shown, spaces_to_start_in
from app.core import once, pages
from app.core.languages import _, ngettext
from app.core.policy import me, person, require, ruled
from app.extensions import db
from app.members.models import Person
from app.spaces import elsewhere
from app.spaces.models import Membership, Space

Deed = t.Callable[[t.Any, t.Any], None]


def on_post(number: int, nth: int, act: str, deed: Deed) -> Response:
    """Do a small deed to a post and lead back to it."""
    return pages.deed(act, post_for(number, nth, act), lambda post: deed(person(), post))


def on_thread(number: int, act: str, deed: Deed, said: t.Any = None) -> Response:
    """Do a small deed to a discussion and lead back to it."""
    thread = thread_for(number, act)
    try:
        return pages.deed(act, thread, lambda thread: deed(person(), thread), said)
    except acts.Shut:  # it went while somebody looked
        db.session.rollback()
        return pages.see_other(thread.url)


@bp.post("/discussions/<int:number>/posts/<int:nth>/thank")
@ruled("board.thank")
def thank(number: int, nth: int) -> Response:
    """Thank for a post."""
    return on_post(number, nth, "board.thank", acts.thank)


@bp.post("/discussions/<int:number>/posts/<int:nth>/unthank")
@ruled("board.thank")
def unthank(number: int, nth: int) -> Response:
    """Take a thank back."""
    return on_post(number, nth, "board.thank", acts.unthank)


@bp.post("/discussions/<int:number>/read")
@ruled("board.mark_read")
def read(number: int) -> Response:
    """Remember how far the reader is: sent by the page's script, or by its button."""
    it = found(number, "board.mark_read")
    upto = whole(request.form.get("number"))
    if not upto:
        abort(422)
    if not it.removed and min(upto, it.posts) > (it.read or 0):
        acts.mark_read(person(), it, upto)
    return pages.see_other(it.url)


@bp.post("/discussions/<int:number>/<any(follow, unfollow, mute):deed>")
@ruled("board.follow")
def watch(number: int, deed: str) -> Response:
    """Follow a discussion, stop following, or hear nothing of it."""
    deeds: dict[str, Deed] = {"follow": acts.follow, "unfollow": acts.unfollow, "mute": acts.mute}
    return on_thread(number, "board.follow", deeds[deed])


SWITCHES: dict[str, tuple[str, t.Any, bool]] = {
    "pin": ("board.pin", acts.set_pinned, True),
    "unpin": ("board.pin", acts.set_pinned, False),
    "close": ("board.close", acts.set_closed, True),
    "reopen": ("board.close", acts.set_closed, False),
    "lock": ("board.lock", acts.set_locked, True),
    "unlock": ("board.lock", acts.set_locked, False),
}


@bp.post("/discussions/<int:number>/<any(pin, unpin, close, reopen, lock, unlock):deed>")
@ruled("board.pin", "board.close", "board.lock")
def switch(number: int, deed: str) -> Response:
    """Pin, close or lock a discussion, or undo it."""
    act, fn, on = SWITCHES[deed]
    return on_thread(number, act, lambda who, thread: fn(who, thread, on))


# --- remove and history -----------------------------------------------------------------------------------


@bp.route("/discussions/<int:number>/posts/<int:nth>/remove", methods=["GET", "POST"])
@ruled("board.remove")
def remove(number: int, nth: int) -> t.Any:
    """Ask, then take a post's words away; with the first post the whole discussion."""
    post = post_for(number, nth, "board.read")
    if post.removed:
        return pages.see_other(once.earlier(me().id, "board.remove") or post.url)
    require("board.remove", post)
    own = post.author_id == me().id
    form: t.Any = None if own else forms.sent(forms.Reason)
    if request.method == "GET" or (form and not form.validate()):
        return asked(post, form, 200 if request.method == "GET" else 422)

    def done() -> str:
        acts.remove_post(person(), post, form.reason.data if form else "")
        return post.thread.url if nth > 1 else "/discussions"

    lists.recount()
    return pages.acted("board.remove", done, _("Removed."))


def asked(post: t.Any, form: t.Any, status: int) -> Response:
    """Return the page that asks before words are taken away."""
    if post.number == 1:
        title = _("Remove this discussion?")
        text = ngettext(
            "Its text and %(num)d reply are taken away for everybody, with their files. A line stays that says so. "
            "Mail already sent stays where it is.",
            "Its text and %(num)d replies are taken away for everybody, with their files. A line stays that says so. "
            "Mail already sent stays where it is.",
            post.thread.replies,
        )  # fmt: skip
    else:
        title = _("Remove this post?")
        text = _(
            "Its text and files are taken away for everybody. A line stays that says so. "
            "Mail already sent stays where it is."
        )
    return pages.page(
        "ui/confirm.html", status, place="discussions", title=title, text=text, url=f"{post.url}/remove",
        deed=_("Remove"), keep=_("Keep it"), back=post.url, form=form, error=status == 422,
    )  # fmt: skip


@bp.get("/discussions/<int:number>/posts/<int:nth>/history")
@ruled("board.history", public=True)
def past(number: int, nth: int) -> Response:
    """Show what a post said before, to those who may read it now."""
    post = post_for(number, nth, "board.history")
    return pages.page(
        "board/history.html", place="discussions", noindex=True, post=post, it=post.thread,
        versions=history.versions(post),
    )  # fmt: skip


# --- look after -------------------------------------------------------------------------------------------


@bp.route("/discussions/<int:number>/conclude", methods=["GET", "POST"])
@ruled("board.conclude")
def conclude(number: int) -> t.Any:
    """Write where a discussion stands."""
    thread = thread_for(number, "board.conclude")
    form = forms.sent(forms.Conclusion, body=thread.outcome)
    look = None
    if request.form.get("preview"):
        look = shown(form.body.data or "", thread)
    elif request.method == "POST" and form.validate():
        words = told(person(), written(person(), form.body.data, thread.rooms))
        voice = person().voice(person().org.id) if person().org else None
        return on_thread(
            number, "board.conclude", lambda who, it: acts.conclude(who, it, words, organisation=voice)
        )
    status = 422 if form.errors else 200
    return pages.page(
        "board/conclude.html",
        status,
        place="discussions",
        it=thread,
        form=form,
        preview=look,
        error=status == 422,
        hearers=hearers(thread, verb="board.concluded"),
    )


def people_words(space: Space, audience: str) -> t.Any:
    """Say how many people an audience is."""
    if audience == "public":
        return _("Everyone on the web will be able to read it, also without an account.")
    if audience == "members":
        number = db.session.scalar(sa.select(sa.func.count()).where(Person.state == "active")) or 0
    else:
        inside = sa.select(sa.func.count()).where(Membership.space_id == space.id, Membership.state == "in")
        number = db.session.scalar(inside) or 0
    return ngettext(
        "%(num)d person will be able to read it.", "%(num)d people will be able to read it.", number
    )


PLACE = elsewhere.Page(
    "board/move.html", "discussions", "board.start",
    lambda form, space: forms.check_audience(form.audience, space, me()), people_words,
)  # fmt: skip


@bp.route("/discussions/<int:number>/move", methods=["GET", "POST"])
@ruled("board.move", "board.address")
def move(number: int) -> t.Any:
    """Put a discussion into another group, or say it to other people; before more can read it, ask."""
    thread = thread_for(number, "board.move")
    chosen = elsewhere.chosen(PLACE, thread, forms.sent(forms.Moved), spaces_to_start_in())
    if isinstance(chosen, Response):
        return chosen
    if chosen == (db.session.get_one(Space, thread.space_id), elsewhere.audience_word(thread)):
        return pages.see_other(thread.url)
    require("board.address", thread)
    lists.recount()
    return on_thread(number, "board.move", lambda who, it: acts.move(who, it, *chosen), _("Moved."))
