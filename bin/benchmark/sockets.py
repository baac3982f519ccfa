"""A thousand websocket clients in one process, as little work as possible: frames are counted, not understood."""

import base64
import os
import selectors
import socket
import time

HANDSHAKE_PATIENCE = 30.0
SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"


class Client:
    """One websocket, after its handshake."""

    def __init__(self, port, path="/", cookie="", small=0):
        self.link = socket.socket()
        if small:
            self.link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, small)
        self.link.settimeout(HANDSHAKE_PATIENCE)
        self.link.connect(("127.0.0.1", port))
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = self.shake(path, cookie, port)

    def shake(self, path, cookie, port):
        """Ask for the websocket; return what came after the answer's head."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
        ]
        lines += [
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Origin: http://127.0.0.1:{port}",
        ]
        lines += [f"Cookie: {cookie}"] * bool(cookie)
        self.link.sendall("\r\n".join([*lines, "", ""]).encode())
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.link.recv(65536)
            if not piece:
                break
            data += piece
        head, _, rest = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101"):
            raise SystemExit(f"A websocket was refused: {head[:80]!r}")
        return rest

    def say(self, text):
        """Send one short text frame; clients mask theirs."""
        body = text.encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(body))
        self.link.sendall(bytes([0x81, 0x80 | len(body)]) + mask + masked)

    def frames(self):
        """Take the whole frames out of what has arrived."""
        data, found = self.data, []
        while True:
            size = whole(data)
            if size is None:
                self.data = data
                return found
            start, end = size
            found.append((data[0] & 15, data[start:end]))
            data = data[end:]


def whole(data):
    """Where the first frame's content starts and ends, None while it is not all there. Servers do not mask."""
    if len(data) < 2:
        return None
    length, start = data[1] & 127, 2
    if length == 126:
        length, start = int.from_bytes(data[2:4], "big"), 4
    elif length == 127:
        length, start = int.from_bytes(data[2:10], "big"), 10
    if len(data) < start or len(data) < start + length:
        return None
    return start, start + length


class Crowd:
    """Many clients, and the moment at which the last of them has heard."""

    def __init__(self):
        self.selector = selectors.EpollSelector()
        self.clients = []

    def add(self, client):
        """Take in a client; from now on it is read here."""
        client.link.setblocking(False)
        self.clients.append(client)
        self.selector.register(client.link, selectors.EVENT_READ, client)

    def hear(self, sign, each=1, patience=30.0):
        """Read until every client has heard `each` frames that hold the sign; return when the last one did."""
        missing = dict.fromkeys(self.clients, each)
        end = time.perf_counter() + patience
        last = 0.0
        while missing:
            events = self.selector.select(0.5)
            now = time.perf_counter()
            if now > end:
                raise SystemExit(f"{len(missing)} of {len(self.clients)} sockets heard nothing of {sign!r}.")
            for key, _mask in events:
                if self.read(key.data, sign, missing):
                    last = time.perf_counter()
        return last

    def read(self, client, sign, missing):
        """Read what one client got; answer pings; say whether it is complete now."""
        piece = client.link.recv(65536)
        if not piece:
            raise SystemExit("A server closed a socket of the run.")
        client.data += piece
        done = False
        for kind, body in client.frames():
            if body == b"2":
                client.say("3")
            elif kind == 1 and sign in body and client in missing:
                missing[client] -= 1
                if not missing[client]:
                    del missing[client]
                    done = True
        return done

    def rest(self, seconds):
        """Read what comes by itself, such as pings."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _mask in self.selector.select(0.05):
                self.read(key.data, b"\0", {})

    def close(self):
        """Hang up, all."""
        for client in self.clients:
            self.selector.unregister(client.link)
            client.link.close()
        self.clients = []
