"""A client that costs little: one connection kept open, requests written beforehand."""

import re
import socket


class Link:
    """One keep-alive connection."""

    def __init__(self, port):
        self.port = port
        self.rest = b""
        self.link = None

    def open(self):
        """Connect, again if the server has let go."""
        self.link = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def send(self, raw):
        """Send a request without waiting for its answer."""
        if self.link is None:
            self.open()
        self.link.sendall(raw)

    def ask(self, raw):
        """Send a request; return status, head and body."""
        self.send(raw)
        return self.answer()

    def answer(self):
        """Read one answer."""
        data = self.rest
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        length = 0 if status in (204, 304) else length_of(head)
        while len(body) < length:
            body += self.more()
        self.rest = body[length:]
        if b"connection: close" in head.lower():
            self.close()
        return status, head.decode("latin-1"), body[:length]

    def more(self):
        """The next bytes; an end in the middle of an answer is an error of the run."""
        data = self.link.recv(65536)
        if not data:
            raise SystemExit("A server closed the connection in the middle of an answer.")
        return data

    def close(self):
        """Let go."""
        if self.link is not None:
            self.link.close()
        self.link = None


def length_of(head):
    """How long the body is; our servers always say it."""
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    if not found:
        raise SystemExit(f"An answer without its length: {head[:80]!r}")
    return int(found[1])


def get(path, cookie="", **headers):
    """The bytes of a GET."""
    return _request("GET", path, cookie, headers, b"")


def post(path, fields, cookie=""):
    """The bytes of a form sent."""
    from urllib.parse import urlencode

    body = urlencode(fields).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": len(body)}
    return _request("POST", path, cookie, headers, body)


def _request(method, path, cookie, headers, body):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench", "Accept-Language: en"]
    lines += [f"Cookie: {cookie}"] * bool(cookie)
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
