"""The lines that sockets come over: what Socket.IO leaves open after hanging up is closed here."""

from app.extensions import socketio


def close(line: str | None) -> None:
    """Close a line after what waits to be sent on it. Never waits for a reader that takes nothing."""
    known = socketio.server.eio.sockets.get(line)
    if known is not None:
        known.close(wait=False)


def close_idle(before: set[str]) -> set[str]:
    """Close the lines that nobody has come in by since the last look; return those that are new."""
    manager = socketio.server.manager
    idle = {line for line in list(socketio.server.eio.sockets) if manager.sid_from_eio_sid(line, "/") is None}
    for line in idle & before:
        close(line)
    return idle - before


def refuse(sid: str) -> None:
    """Close the line of somebody who may not come in, once the refusal has been sent."""
    line = socketio.server.manager.eio_sid_from_sid(sid, "/")

    def later() -> None:
        socketio.sleep(0.2)
        close(line)

    if line in socketio.server.eio.sockets:  # not those of the test client
        socketio.start_background_task(later)
