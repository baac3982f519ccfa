"""The one way to ask an address on the web: only public ones, looked at before and after every redirect (T-40).

A name is resolved once and the connection goes to the very address that was looked at, so that a name server that
answers otherwise the next time reaches nothing. What is asked bears no cookie, no account and no address of ours.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import typing as t
from urllib.parse import quote, urljoin, urlsplit

from app.core.aside import let_go

SECONDS, REDIRECTS, MOST = 5.0, 5, 1024 * 1024
PORTS = {"http": 80, "https": 443}
FOR_GOOD = (301, 308)
LEADS_ON = (*FOR_GOOD, 302, 303, 307)
CARRIERS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "2001::/32")]
Resolve = t.Callable[[str, int], list[str]]
Fine = t.Callable[[str], bool]
Said = tuple[int, str, bytes, "Tags"]


class Refused(Exception):
    """This address is not asked: no web address, or it leads to where outsiders have no business."""


class Tags(t.NamedTuple):
    """How an answer is known again: its ETag and when it was changed last."""

    etag: str = ""
    modified: str = ""


NO_TAGS = Tags()


class Answer(t.NamedTuple):
    """What an address answered at last."""

    status: int
    url: str  # where that was
    moved: bool  # it was said on the way that it has another address for good
    body: bytes
    tags: Tags = NO_TAGS  # by which it can be asked next time whether anything changed


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def is_public(address: str) -> bool:
    """Say whether an address is one of the public internet; one that carries an IPv4 address inside counts as none."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour):
        return False
    carries = any(ip in net for net in CARRIERS if net.version == ip.version)
    return (
        ip.is_global
        and not carries
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)
    )


def ask(
    url: str, method: str = "HEAD", *, known: Tags = NO_TAGS, resolve: Resolve = resolved, fine: Fine = is_public
) -> Answer:  # fmt: skip
    """Ask an address and where it leads to. Raises Refused, or OSError where nothing answers in time.

    Of what it says only the first MOST bytes are read; `known`: with 304 it says that nothing changed since.

    Never call it inside atomic(), nor in a web request: it waits for others.
    """
    let_go()
    ends, moved = time.monotonic() + SECONDS, False
    for _step in range(REDIRECTS + 1):
        status, leads, body, tags = _one(url, method, ends, known, resolve, fine)
        if status not in LEADS_ON or not leads:
            return Answer(status, url, moved, body, tags)
        moved = moved or status in FOR_GOOD
        url = _further(url, leads)
    raise OSError("it leads on without end")


def _further(url: str, leads: str) -> str:
    try:
        return urljoin(url, leads)
    except ValueError:
        raise Refused("it leads to no address") from None


def _one(url: str, method: str, ends: float, known: Tags, resolve: Resolve, fine: Fine) -> Said:
    """Ask one address; return its status, where it leads to, the beginning of what it says, and its tags."""
    scheme, host, port, path = _parts(url)
    address = _checked(host, port, resolve, fine)
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError(host)
    with _connected(address, port, host if scheme == "https" else "", left) as link:
        watch = threading.Timer(max(0.0, ends - time.monotonic()), _cut, [link])
        watch.daemon = True
        watch.start()
        try:
            return _said(link, method, host if port == PORTS[scheme] else f"{host}:{port}", path, known)
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"no answer of the web: {type(error).__name__}") from error
        finally:
            watch.cancel()


def _parts(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of a web address; Refused for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("not an address") from None
    host = parts.hostname or ""
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise Refused("not an address of the web")
    with contextlib.suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    if not host.isascii() or not host.isprintable() or " " in host:
        raise Refused("not a name of a host")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return parts.scheme, host, port or PORTS[parts.scheme], path + (f"?{query}" if query else "")


def _checked(host: str, port: int, resolve: Resolve, fine: Fine) -> str:
    """Return the address to connect to; Refused where any of those that the name has is not public."""
    try:
        found = resolve(host, port)
    except UnicodeError as error:
        raise Refused("not a name of a host") from error
    if not found:
        raise OSError(f"no address: {host}")
    if not all(fine(address) for address in found):
        raise Refused("not a public address")
    return found[0]


def _connected(address: str, port: int, named: str, left: float) -> socket.socket:
    """Connect to an address that was looked at; with a name the certificate must be that name's."""
    plain = socket.create_connection((address, port), timeout=left)
    if not named:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=named)
    except BaseException:
        plain.close()
        raise


def _cut(link: socket.socket) -> None:
    """End a conversation that takes too long, however slowly the other side goes on talking."""
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)


def _said(link: socket.socket, method: str, host: str, path: str, known: Tags) -> Said:
    name = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
    lines = [f"{method} {path} HTTP/1.1", f"Host: {name}", "User-Agent: Convivio (checks links)", "Accept: */*",
             "Accept-Encoding: identity", "Connection: close"]  # fmt: skip
    lines += [f"If-None-Match: {known.etag}"] if known.etag else []
    lines += [f"If-Modified-Since: {known.modified}"] if known.modified else []
    lines += ["", ""]
    link.sendall("\r\n".join(lines).encode("ascii"))
    answer = http.client.HTTPResponse(link, method=method)
    try:
        answer.begin()
        leads = (answer.getheader("Location") or "") if answer.status in LEADS_ON else ""
        body = answer.read(MOST) if method != "HEAD" and not leads else b""
        tags = Tags(_tag(answer, "ETag"), _tag(answer, "Last-Modified"))
        return answer.status, leads.encode("latin-1", "replace").decode("utf-8", "replace"), body, tags
    finally:
        answer.close()


def _tag(answer: http.client.HTTPResponse, name: str) -> str:
    """Return a header that can be sent back as it came; nothing for any other."""
    value = answer.getheader(name) or ""
    return value if value.isascii() and value.isprintable() and len(value) <= 200 else ""
