"""Websocket frames go out whole.

simple-websocket calls send() and does not look at how much was taken. Under gevent that is often less than the
frame: a reader that paused would get a broken stream. So the library is handed a socket whose send is sendall.
"""

import threading
import typing as t

SOCKETS = ("gunicorn.socket", "werkzeug.socket")  # where servers put the socket that the library takes
SILENCE = 60.0  # seconds; a page answers a ping every 25, so who is silent for longer is gone


class Whole:
    """A socket whose send() sends everything, one frame after the other, or fails."""

    def __init__(self, sock: t.Any) -> None:
        self.sock = sock
        self.sending = threading.Lock()  # a pong must not stand in the middle of another frame
        sock.settimeout(
            SILENCE
        )  # neither a reader that takes nothing nor a dead line keeps its greenlet for ever

    def send(self, data: bytes) -> int:
        """Send all of it."""
        with self.sending:
            self.sock.sendall(data)
        return len(data)

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self.sock, name)


def send_whole(environ: dict[str, t.Any]) -> None:
    """Prepare a request that is about to become a websocket."""
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        return
    for name in SOCKETS:
        if name in environ:
            environ[name] = Whole(environ[name])
