"""Who is here now, and who is writing. Not facts: they go over Socket.IO's own queue and may be lost.

On only inside spaces that one belongs to, and off by one switch of the installation or of the person.
"""

import json
import typing as t

from app.core import database
from app.core.audience import Thing
from app.extensions import socketio

_here: dict[str, dict[str, dict[str, t.Any]]] = {}  # root -> socket -> who
_at: dict[str, tuple[str, t.Any]] = {}  # socket -> root, person
_store: t.Any = None


def room_of(ref: str) -> str:
    """The room of those who look at a thing. Clients never name it."""
    return f"at:{ref}"


def _may(who: t.Any, ref: str) -> Thing | None:
    thing = database.locate(ref)
    if not isinstance(thing, Thing) or not thing.readable_by(who.viewer):
        return None
    space_id = thing.id if thing.kind == "space" else getattr(thing, "space_id", None)
    inside = who.role_in(space_id) is not None
    return thing if inside and database.setting("PRESENCE") else None


def arrive(sid: str, who: t.Any, ref: str) -> None:
    """A socket opened a thing: it is here, if the rule lets it see the thing and it belongs to its space."""
    leave(sid)
    if _may(who, ref) is None:
        return
    socketio.server.enter_room(sid, room_of(ref))
    _at[sid] = (ref, who)
    if getattr(who, "shown", True):
        _put(ref, sid, _words(who))
    _tell(ref)


def writing(sid: str, who: t.Any, ref: str, place: str = "") -> None:
    """Somebody writes, perhaps in one place of several: the others who are here hear it."""
    if _at.get(sid, ("",))[0] == ref and _may(who, ref) is not None and getattr(who, "shown", True):
        data = {"root": ref, "name": _words(who)["name"], **({"place": place[:60]} if place else {})}
        socketio.emit("writing", data, to=room_of(ref), skip_sid=sid)


def leave(sid: str) -> None:
    """A socket closed, or opened something else."""
    ref, _who = _at.pop(sid, ("", None))
    if ref:
        socketio.server.leave_room(sid, room_of(ref))
        _drop(ref, sid)
        _tell(ref)


def recheck(sid: str) -> None:
    """A socket lost rooms: where it is may no longer be its to see."""
    leave(sid)


def show(sid: str, who: t.Any) -> None:
    """A person's entry changed: who hides now is no longer listed, and who shows themselves again is."""
    ref, before = _at.get(sid, ("", None))
    if not ref or before.shown == who.shown:
        return
    _at[sid] = (ref, who)
    if who.shown:
        _put(ref, sid, _words(who))
    else:
        _drop(ref, sid)
    _tell(ref)


def close(ref: str) -> None:
    """A thing left somebody's sight: everybody here has to come in again past the rule."""
    for sid in [s for s, (root, _who) in _at.items() if root == ref]:
        leave(sid)


def forget() -> None:
    """Forget who is here. For tests, which make several apps in one process."""
    _here.clear()
    _at.clear()


def _words(who: t.Any) -> dict[str, str]:
    org = who.org
    return {
        "name": org.name if org else who.name,
        "kind": org.kind if org else "partner",
        "code": org.code if org else "",
    }


def _tell(ref: str) -> None:
    seen: dict[str, dict[str, t.Any]] = {}
    for who in _list(ref):
        seen.setdefault(json.dumps(who, sort_keys=True), who)
    socketio.emit("presence", {"root": ref, "people": list(seen.values())[:12]}, to=room_of(ref))


# With Redis the list is shared between web processes; without it there is only one.


def _redis() -> t.Any:
    global _store
    url = database.setting("REDIS_URL")
    if url and _store is None:
        import redis

        _store = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
    return _store if url else None


def _put(ref: str, sid: str, who: dict[str, t.Any]) -> None:
    _here.setdefault(ref, {})[sid] = who
    _shared(lambda r: (r.hset(f"here:{ref}", sid, json.dumps(who)), r.expire(f"here:{ref}", 3600)))


def _drop(ref: str, sid: str) -> None:
    inside = _here.get(ref, {})
    inside.pop(sid, None)
    if not inside:
        _here.pop(ref, None)
    _shared(lambda r: r.hdel(f"here:{ref}", sid))


def _list(ref: str) -> list[dict[str, t.Any]]:
    found = _shared(lambda r: [json.loads(value) for value in r.hvals(f"here:{ref}")])
    return found if found is not None else list(_here.get(ref, {}).values())


def _shared(fn: t.Callable[[t.Any], t.Any]) -> t.Any:
    """Run on Redis if there is one; presence may be lost, so its absence is no error."""
    store = _redis()
    if store is None:
        return None
    import redis

    try:
        return fn(store)
    except redis.RedisError:
        return None
