"""Small deeds: reading, muting, leaving, removing one's own words."""

from flask import Response, abort, request

from app.core import once, pages
from app.core.languages import _
from app.core.policy import me, person, require, ruled
from app.messages import acts
from app.messages.talk import bp, found, message_for, names, whole


@bp.post("/<int:number>/read")
@ruled("messages.read")
def read(number: int) -> Response:
    """Remember how far the reader is: sent by the page's script, or by its button."""
    it, upto = found(number), whole(request.form.get("number"))
    if not upto:
        abort(422)
    if min(upto, it.messages) > it.read:
        acts.mark_read(person(), it, upto)
    return pages.see_other(it.url)


@bp.post("/<int:number>/<any(mute, unmute):deed>")
@ruled("messages.read")
def mute(number: int, deed: str) -> Response:
    """Hear nothing of a conversation, or hear of it again."""
    it = found(number)

    def done() -> str:
        acts.set_muted(person(), it, deed == "mute")
        return it.url

    return pages.acted("messages.mute", done)


@bp.route("/<int:number>/leave", methods=["GET", "POST"])
@ruled("messages.read", "messages.own")
def leave(number: int) -> Response:
    """Ask, then leave a conversation."""
    left = once.earlier(me().id, "messages.leave") if request.method == "POST" else None
    if left:  # the same form once more: its first sending took the page away
        require("messages.own", person())
        return pages.see_other(left)
    it = found(number)
    if request.method == "GET":
        return pages.page(
            "ui/confirm.html", place="messages", noindex=True, title=_("Leave the conversation with %(names)s?", names=names(it)),
            text=_(
                "You will no longer see it, and nobody can bring you back. What you wrote stays with the others: "
                "remove it first if it should not. They will see that you left."
            ),
            url=f"{it.url}/leave", deed=_("Leave"), keep=_("Stay in it"), back=it.url,
        )  # fmt: skip

    def done() -> str:
        acts.leave(person(), number)
        return "/messages"

    return pages.acted("messages.leave", done, _("You have left the conversation."))


@bp.route("/<int:number>/<int:nth>/remove", methods=["GET", "POST"])
@ruled("messages.remove", "messages.read", "messages.own")
def remove(number: int, nth: int) -> Response:
    """Ask, then take one's own words away."""
    message = message_for(number, nth, "messages.read")
    back = f"/messages/{number}"
    if message.removed:
        require("messages.own", person())
        return pages.see_other(once.earlier(me().id, "messages.remove") or back)
    require("messages.remove", message)
    if request.method == "GET":
        return pages.page(
            "ui/confirm.html", place="messages", noindex=True, title=_("Remove this message?"),
            text=_(
                "Its text and files are taken away for everybody in the conversation. A line stays that says so. "
                "Mail already sent stays where it is."
            ),
            url=f"{message.url}/remove", deed=_("Remove"), keep=_("Keep it"), back=message.url,
        )  # fmt: skip

    def done() -> str:
        acts.remove(person(), message)
        return back

    return pages.acted("messages.remove", done, _("Removed."))
