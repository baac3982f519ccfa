"""Writing: a new discussion, a reply, a change, and how it will look."""

import typing as t

import sqlalchemy as sa
from flask import Response, current_app, request
from markupsafe import Markup

from app.board import about, acts, forms, held, lists, queries
from app.board.talk import bp, found, page, post_for
from app.board.talk import hearers as hearers_of
from app.board.words import told, written
from app.core import audience, limits, once, pages, panels
from app.core.attaching import too_many
from app.core.hearing import said
from app.core.languages import _
from app.core.policy import allowed, can, me, person, require, ruled
from app.extensions import db
from app.spaces.models import Space

# --- reply ------------------------------------------------------------------------------------------------


@bp.post("/discussions/<int:number>/replies")
@ruled("board.reply")
def reply(number: int) -> t.Any:
    """Take a reply; whatever is wrong, the words come back with the page."""
    thread = require("board.read", queries.to_answer(number, me().id))
    form: forms.Reply = forms.sent(forms.Reply)
    if not can("board.reply", thread) and can("board.start", thread):  # closed, locked or removed meanwhile
        return sent_before("board.reply") or back(number, form, 409, shut=True)
    require("board.reply", thread)
    if request.form.get("preview"):
        return back(number, form, preview=shown(form.body.data or "", thread))
    try:
        voice = form.voice(person()) if form.validate() else None
        kept = [] if form.errors else form.keep_files()
    except ValueError:
        pass
    if form.errors:
        return back(number, form, 422)
    wait = too_many(person().id)
    if wait:
        return sent_before("board.reply") or back(number, form, 429, notice=wait)
    who, rooms = person(), thread.rooms
    words = told(who, written(who, form.body.data, rooms))

    def act() -> str:
        if held.wanted(who, thread.space_id):
            space = db.session.get_one(Space, thread.space_id)
            more = {"organisation": voice, "files": kept, "reply_to": form.answered()}
            held.hold(who, "reply", words, space=space, thread=thread, language=thread.language, **more)
            return f"{thread.url}?sent=1#waiting"
        post = acts.post_reply(who, thread, words, reply_to=form.answered(), organisation=voice, files=kept)
        return f"{post.url}?sent=1"

    try:
        return pages.acted("board.reply", act)
    except acts.Shut:
        db.session.rollback()
        return back(number, form, 409, shut=True)


def sent_before(act: str) -> Response | None:
    """Return the answer that this very form got before: what is refused now was taken then."""
    url = once.earlier(me().id, act)
    return pages.see_other(url) if url else None


def back(number: int, form: forms.Reply, status: int = 200, **more: t.Any) -> Response:
    """Return the page that the reply was written on, with its words."""
    it = found(number)
    return page(it, it.page_of(it.opens_at()), status, form=form, **more)


def shown(body: str, thread: t.Any = None) -> Markup:
    """Return how a text will look."""
    rooms = thread.rooms if thread is not None else ()
    return Markup(written(person(), body[: current_app.config["POST_MAX"]], rooms).html)


@bp.post("/preview")
@ruled("board.write")
def preview() -> Response:
    """Return how a text will look, as a fragment."""
    require("board.write", person())
    if not limits.hit("preview", str(person().id), 300, 60):
        return Response(status=429)
    answer = Response(shown(request.form.get("body", "")))
    answer.headers["Cache-Control"] = "no-store"
    return answer


# --- start ------------------------------------------------------------------------------------------------


def spaces_to_start_in() -> list[Space]:
    """Return the spaces that this person may start discussions in."""
    seen = db.session.scalars(sa.select(Space).where(Space.visible_to(me().viewer))).all()
    return [space for space in seen if allowed(me(), "board.start", space)]


@bp.route("/discussions/new", methods=["GET", "POST"])
@ruled("board.write", "board.start")
def new() -> t.Any:
    """Start a discussion: the form, and what is sent with it."""
    who = require("board.write", person())
    spaces = spaces_to_start_in()
    form: forms.Start = forms.sent(forms.Start)
    if request.method == "GET":
        begin(form, spaces)
    if form.about.data:  # what is not seen is not there
        require("board.read", about.named(form.about.data, who.viewer))
    form.offer(who, spaces)
    if request.method == "GET":
        return new_page(form)
    if request.form.get("preview"):
        return new_page(form, preview=shown(form.body.data or ""))
    return started(who, form, spaces)


def begin(form: forms.Start, spaces: list[Space]) -> None:
    """Fill the form from the address: a group, a topic, somebody to write to."""
    args = request.args
    thing = about.named(args.get("about", ""), me().viewer)
    form.about.data = args.get("about", "")[:60]
    group = str(thing.space_id) if thing is not None else args.get("group", "")
    space = next((s for s in spaces if str(s.id) == group), None) or next(iter(spaces), None)
    form.title.data = forms.clean_line(args.get("title"))[:160]
    form.topic.data = args.get("topic") if args.get("topic") in forms.TOPICS else ""
    if space:
        form.space.data = space.id
        form.audience.data = "members" if "members" in space.offers() and _seen_by_members(thing) else "space"
    handle = args.get("to", "").removeprefix("@")
    if handle and len(handle) <= 40 and handle.replace("-", "").isalnum() and handle.isascii():
        form.body.data = f"@{handle} "


def _seen_by_members(thing: t.Any) -> bool:
    return thing is None or not thing.rooms.isdisjoint((audience.MEMBERS, audience.PUBLIC))


def started(who: t.Any, form: forms.Start, spaces: list[Space]) -> t.Any:
    """Start it, or send the page back with its words."""
    voice, kept = None, []
    space = next((s for s in spaces if s.id == form.space.data), None)
    try:
        place = require("board.start", space) if form.validate() else None
        if place is not None and forms.check_audience(form.audience, place, who, forms.LISTENING):
            voice = form.voice(who)
            like = [] if form.anyway.data or me().id is None else lists.similar(who.viewer, form.title.data)
            if like and not request.form.get("anyway"):
                return sent_before("board.start") or new_page(form, similar=like, asks=True)
            kept = form.keep_files()
    except ValueError:
        pass
    if form.errors or space is None:
        return new_page(form, 422)
    wait = too_many(person().id)
    if wait:
        return sent_before("board.start") or new_page(form, 429, notice=wait)
    wish = form.audience.data
    rooms = [audience.space_room(space.id) if wish == "space" else wish]
    words = told(who, written(who, form.body.data, rooms))

    def act() -> str:
        if held.wanted(who, space.id):
            return held.hold(
                who, "thread", words, space=space, title=form.title.data, language=form.language.data,
                organisation=voice, files=kept, topic=form.topic.data, audience=form.audience.data, about=form.about.data or "",
            ).url  # fmt: skip
        thread = acts.start_thread(
            who, space, topic=form.topic.data, title=form.title.data, body=words, language=form.language.data,
            audience=form.audience.data, organisation=voice, files=kept, about=form.about.data or "",
        )  # fmt: skip
        return f"/discussions/{thread.id}/posts/1?sent=1"

    answer = pages.acted("board.start", act)
    lists.recount()
    return answer


def new_page(form: forms.Start, status: int = 200, **more: t.Any) -> Response:
    """Return the page to start a discussion on."""
    hearers, card = start_hearers(form), about.card(form.about.data or "", me().viewer)
    return pages.page(
        "board/new.html",
        status,
        place="discussions",
        form=form,
        error=status == 422,
        hearers=hearers,
        card=card,
        **more,
    )


def start_hearers(form: forms.Start) -> Markup:
    """Return the line that says who would hear of the discussion, as far as the form is filled in."""
    who = person()
    space = next((s for s in spaces_to_start_in() if s.id == form.space.data), None)
    field = form.audience
    if space is None or field.data not in space.offers() or not _inside(who, space, field.data):
        return Markup("")
    voice = who.voice(form.organisation.data) if form.organisation.data else None
    what = said(
        "board.started", who, rooms=[space.room_named(field.data)], organisation_id=voice.id if voice else None,
        space_id=space.id, topic=form.topic.data or "",
    )  # fmt: skip
    return Markup("").join(panels.drawn("composer", what))


def _inside(who: t.Any, space: Space, audience_word: str) -> bool:
    return audience_word != "space" or who.role_in(space.id) not in forms.LISTENING


@bp.get("/discussions/new/hearers")
@ruled("board.write")
def hearers() -> Response:
    """Return that line as a fragment, for what is chosen now."""
    who = require("board.write", person())
    form = forms.Start(request.args)
    form.offer(who, spaces_to_start_in())
    return pages.bare_fragment(start_hearers(form))


# --- change -----------------------------------------------------------------------------------------------


@bp.route("/discussions/<int:number>/posts/<int:nth>/edit", methods=["GET", "POST"])
@ruled("board.edit")
def edit(number: int, nth: int) -> t.Any:
    """Change a post of one's own."""
    post = post_for(number, nth, "board.edit")
    form: forms.Changed = forms.sent(forms.Changed, title=post.thread.title, body=post.body)
    if request.method == "GET":
        return edit_page(post, form)
    if request.form.get("preview"):
        return edit_page(post, form, preview=shown(form.body.data or "", post))
    if not form.validate():
        return edit_page(post, form, 422)
    words = told(person(), written(person(), form.body.data, post.rooms))
    title = form.title.data if nth == 1 else ""

    def act() -> str:
        acts.edit_post(person(), post, words, title=title or "")
        return f"{post.url}?sent=1"

    try:
        return pages.acted("board.edit", act)
    except acts.Shut:
        db.session.rollback()
        return edit_page(post, form, 409, notice=_("The post was removed, or the discussion was locked."))


def edit_page(post: t.Any, form: forms.Changed, status: int = 200, **more: t.Any) -> Response:
    """Return the page to change a post on."""
    return pages.page(
        "board/edit.html", status, place="discussions", form=form, post=post, it=post.thread, error=status == 422,
        hearers=hearers_of(post.thread, verb="board.edited"), **more,
    )  # fmt: skip
