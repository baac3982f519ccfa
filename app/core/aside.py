"""Work that takes a while and asks no database, done beside the loop of the web process, so that everybody else is served."""

import typing as t

from flask import current_app

from app.core.database import in_transaction
from app.extensions import db

T = t.TypeVar("T")


def aside(fn: t.Callable[..., T], *args: t.Any) -> T:
    """Run a function in a thread of its own while this request waits, holding no connection meanwhile.

    It must touch neither the database nor anything of the request, words of the catalogue among that, and start no child:
    of those the loop itself takes care, and serves others meanwhile. Never call it inside atomic(): all writers would wait.
    """
    let_go()
    if current_app.config["SERVER"] != "gevent":
        return fn(*args)
    from gevent import get_hub

    return t.cast(T, get_hub().threadpool.apply(fn, args))


def let_go() -> None:
    """Hand the connection back before something is waited for; raises RuntimeError inside atomic()."""
    if in_transaction():
        raise RuntimeError("what takes a while is done outside atomic(): all writers would wait")
    db.session.rollback()
