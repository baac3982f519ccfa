"""Websocket frames go out whole, and a text that a thousand sockets get is made into a frame once.

simple-websocket calls send() and does not look at how much was taken. Under gevent that is often less than the
frame: a reader that paused would get a broken stream. So the library is handed a socket whose send is sendall.
"""

import functools
import threading
import typing as t

from simple_websocket.errors import ConnectionClosed
from simple_websocket.ws import Base
from wsproto.frame_protocol import FrameProtocol

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


@functools.lru_cache(256)
def text_frame(text: str) -> bytes:
    """Return the frame of a text as a server sends it: unmasked and not compressed (RFC 6455, section 5.2)."""
    return bytes(FrameProtocol(client=False, extensions=[]).send_data(text, fin=True))


_stock_send = Base.send


def send(self: Base, data: t.Any) -> None:
    """Send as the library does, with the frame of a text taken from memory. We never agree to compression."""
    if isinstance(data, bytes):
        _stock_send(self, data)
        return
    if not self.connected:
        raise ConnectionClosed(self.close_reason, self.close_message)
    self.sock.send(text_frame(str(data)))


Base.send = send


def send_whole(environ: dict[str, t.Any]) -> None:
    """Prepare a request that is about to become a websocket."""
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        return
    for name in SOCKETS:
        if name in environ:
            environ[name] = Whole(environ[name])
