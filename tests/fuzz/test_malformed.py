"""What nobody should send: every route, every kind of parameter. Never an answer of the class 5xx, never slow.

The requests are made from the route map, so a new route is tried as soon as it exists.
"""

import io
import itertools
import time

import pytest

from app.board import acts
from app.extensions import db
from app.feed import acts as feed
from app.spaces.models import Space

IDS = [
    "0",
    "-1",
    "9223372036854775808",
    "99999999999999999999999999",
    "1e400",
    "abc",
    "%00",
    "1%00",
    "%ed%a0%80",
    "%ff%fe",
    "١",
]
TEXTS = [
    "%00",
    "%ed%a0%80",
    "..%2f..%2fetc",
    "%ff",
    "a" * 3000,
    "'\"<>;--",
    "%E2%80%AE",
    "%0d%0aSet-Cookie:x=1",
    "{{7*7}}",
    "${x}",
]
VALUES = [
    "", "\x00", "a\x00b", "\ud800", "x" * 50_001, "-1", "1e400", "NaN", "2026-02-30", "9223372036854775808", "[]", "{}",
    "' OR 1=1 --", "<script>alert(1)</script>", "\u202e\u200b", "\r\nBcc: x@y.example", "../../x", "true", "null", "٣",
]  # fmt: skip
QUERIES = [
    "?q=%00", "?q=%ed%a0%80", "?q=%ff", "?after=1e400", "?before=-1", "?after=99999999999999999999", "?from=abc",
    "?at=%00", "?page=-1", "?sort=%27", "?fragment=1&after=x", "?since=9223372036854775808", "?kind[]=1&kind=2&kind=3",
    "?show=%00", "?state=" + "x" * 5000, "?" + "a=1&" * 2000, "?group=9e99", "?topic=%F0%9F%99%82", "?next=//evil.example",
]  # fmt: skip
HEADERS = [
    {"Cookie": "session=\xff\xfe"}, {"Cookie": "session=" + "A" * 6000}, {"Cookie": "language=%00; session=x.y.z"},
    {"Accept-Language": "x" * 3000}, {"Accept-Language": "*;q=-1,\xff"}, {"If-None-Match": 'W/"' + "x" * 4000},
    {"Range": "bytes=-99999999999999999999"}, {"Referer": "http://[::1"}, {"Accept-Encoding": "gzip;q=x,\x7f"},
    {"X-Requested-With": "fetch"}, {"If-Modified-Since": "never"}, {"X-HTTP-Method-Override": "DELETE"},
]  # fmt: skip
SLOW = 2.0


@pytest.fixture
def walked(app, cast):
    """The cast, and something of each kind with number 1."""
    with app.app_context():
        thread = acts.start_thread(
            cast.chair.me(), db.session.get(Space, cast.spaces.network), topic="housing", title="One", body="Two",
            language="en", audience="public",
        )  # fmt: skip
        acts.post_reply(cast.neighbour.me(), thread, "Three")
        feed.share_update(cast.chair.me(), body="Four", language="en", audience="public")
    return cast


def routes(app):
    """Every route with its methods, static files and hooks of the server left out."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule


def filled(rule, choices):
    """The addresses of a route with each parameter taken from `choices` of its kind, the others good."""
    good = {
        a: "1" if c.__class__.__name__ == "IntegerConverter" else "x" for a, c in rule._converters.items()
    }
    for name, converter in rule._converters.items():
        bad = IDS if converter.__class__.__name__ == "IntegerConverter" else TEXTS
        for value in bad if choices else []:
            yield address(rule, {**good, name: value})
    yield address(rule, good)


def address(rule, values):
    parts = (data if not dynamic else str(values[data]) for dynamic, data in rule._trace)
    return "".join(parts).split("|", 1)[-1] or "/"


def sent(seat, method, path, faults, **more):
    """Send one request; note a 5xx or a slow answer."""
    begin = time.monotonic()
    try:
        answer = seat.client.open(path, method=method, buffered=True, **more)
    except (ValueError, UnicodeError):
        return 0  # the test client itself refuses to send it
    if answer.status_code >= 500 and not (path.startswith("/readyz") and answer.status_code == 503):
        faults.append(f"{answer.status_code} {method} {path[:80]} {str(more)[:120]}")
    if time.monotonic() - begin > SLOW * 5:  # the machine may be busy: five times what is allowed
        faults.append(f"slow {method} {path[:80]}")
    return 1


def test_addresses_and_queries(app, walked):
    faults, counts = [], {}
    for rule in routes(app):
        tried = 0
        for path in filled(rule, True):
            tried += sent(walked.steward, "GET", path, faults)
        base = next(filled(rule, False))
        for query in QUERIES:
            tried += sent(walked.chair, "GET", base + query, faults)
        counts[rule.rule] = tried
    assert not faults, "\n".join(faults[:40])
    assert min(counts.values()) >= 15, counts
    assert sum(counts.values()) >= 1000


def fields_of(app, walked, path):
    """The names of fields that any form of the site has."""
    return [
        "title", "body", "topic", "group", "language", "audience", "organisation", "reply_to", "number", "email",
        "password", "name", "handle", "next", "role", "space", "timezone", "theme", "q", "idempotency_key", "voice",
    ]  # fmt: skip


def test_forms(app, walked):
    """Each POST route with each value in every field at once, odd types of content, cut and crowded bodies."""
    faults, counts = [], {}
    names = fields_of(app, walked, "/")
    for rule in routes(app):
        if "POST" not in rule.methods:
            continue
        path = next(filled(rule, False))
        tried = 0
        if rule.rule in ("/sign-out",) or "devices" in rule.rule or "password" in rule.rule:
            seat = walked.outsider  # its session may end on the way
        else:
            seat = walked.chair
        for value in VALUES:
            try:
                tried += sent(seat, "POST", path, faults, data=dict.fromkeys(names, value))
            except UnicodeEncodeError:
                continue
        for more in odd_bodies():
            tried += sent(seat, "POST", path, faults, **more)
        counts[rule.rule] = tried
    assert not faults, "\n".join(faults[:40])
    assert min(counts.values()) >= 15, counts


def odd_bodies():
    """Bodies that are no forms."""
    edge = "multipart/form-data; boundary=x"
    yield {"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded"}
    yield {"data": b"body=%ed%a0%80&title=%00%ff", "content_type": "application/x-www-form-urlencoded"}
    yield {"data": b'{"a":' * 5000, "content_type": "application/json"}
    yield {"data": b'{"number": 1e400, "body": "\\ud800"}', "content_type": "application/json"}
    yield {"data": b"x", "content_type": "text/plain"}
    yield {"data": b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nhalf', "content_type": edge}
    yield {"data": b"no parts at all", "content_type": "multipart/form-data"}
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    yield {"data": part * 5000 + b"--x--\r\n", "content_type": edge}
    name = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="'
        + b"a" * 5000
        + b'"\r\n\r\n1\r\n--x--\r\n'
    )
    yield {"data": name, "content_type": edge}
    yield {"data": {"files": [(io.BytesIO(b""), "empty.txt")], "body": "x"}}
    yield {"data": b"a=1&" * 5000, "content_type": "application/x-www-form-urlencoded"}


def test_headers_and_methods(app, walked):
    faults, tried = [], 0
    paths = [
        "/",
        "/discussions",
        "/discussions/1",
        "/members",
        "/search?q=x",
        "/feed.atom",
        "/sign-in",
        "/files/1/x",
    ]
    for path, headers in itertools.product(paths, HEADERS):
        tried += sent(walked.visitor, "GET", path, faults, headers=headers)
    for path, method in itertools.product(
        paths, ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "x" * 50]
    ):
        tried += sent(walked.chair, method, path, faults)
    assert not faults, "\n".join(faults[:40])
    assert tried >= 140


def test_what_is_too_large_is_refused_at_once(app, walked):
    answer = walked.chair.client.post(
        "/discussions/1/replies", data=b"x", content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(10**12)},
    )  # fmt: skip
    assert answer.status_code == 413
