"""The one way out to the web: public addresses alone, looked at again after each redirect, within time and size."""

import http.server
import threading
import time

import pytest

from app.core import outgoing

HERE = "127.0.0.1"


class Site(http.server.BaseHTTPRequestHandler):
    """A small site: it answers, leads on, leads astray, says nothing, or says too much."""

    LEADS = {
        "/moved": (301, "/fine"), "/once": (302, "/fine"), "/round": (302, "/round"),
        "/inside": (302, "http://10.0.0.1/"), "/loop": (302, "http://127.0.0.1:1/"), "/six": (302, "http://[::1]/"),
        "/file": (302, "file:///etc/passwd"), "/mapped": (302, "http://[::ffff:10.0.0.1]/"),
        "/broken": (302, "http://[::1/"), "/named": (302, "http://inside.example/"),
    }  # fmt: skip

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, self.headers["Host"]))
        status, leads = self.LEADS.get(self.path, (404 if self.path == "/gone" else 200, ""))
        if self.path == "/get" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if leads:
            self.send_header("Location", leads)
        self.end_headers()
        if self.path == "/drip":
            self.server.stop.wait(5)

    def do_GET(self):
        self.do_HEAD()
        if self.path == "/much":
            for _ in range(64):
                self.wfile.write(b"x" * 65536)

    def log_message(self, *_args):
        """Keep quiet."""


class Quiet(http.server.ThreadingHTTPServer):
    """Its clients hang up in the middle."""

    def handle_error(self, *_args):
        """Keep quiet."""


@pytest.fixture
def site():
    server = Quiet((HERE, 0), Site)
    server.asked, server.stop, server.daemon_threads = [], threading.Event(), True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()


def names(**more):
    """A name server for tests: site.example is here."""
    known = {"site.example": [HERE], **more}
    return lambda host, _port: known.get(host, [host.strip("[]")])


def fine(address):
    """As always, and the site of the tests."""
    return address == HERE or outgoing.is_public(address)


def asked(site, path, method="HEAD", resolve=None):
    url = f"http://site.example:{site.server_port}{path}"
    return outgoing.ask(url, method, resolve=resolve or names(), fine=fine)


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "2002:a00:1::1",
        "64:ff9b::a00:1", "2001:0:1::1", "2001:db8::1", "no address",
    ],
)  # fmt: skip
def test_no_address_inside_is_public(address):
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_the_public_internet_is_public(address):
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://10.1.2.3/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://localhost/",
        "http://2130706433/", "http://0x7f.1/", "http://127.1/", "https://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(url):
    with pytest.raises(outgoing.Refused):
        outgoing.ask(url)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://site.example/", "gopher://site.example/", "//site.example/", "site.example", "http://",
     "http://a:b@site.example/", "http://site.example:port/", "http://[::1/", "http://a b.example/", "javascript:x"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(outgoing.Refused):
        outgoing.ask(url, resolve=names(), fine=fine)


def test_an_answer_and_where_it_was(site):
    assert asked(site, "/fine")[:1] == (200,)
    assert asked(site, "/gone").status == 404
    assert asked(site, "/get").status == 405
    assert asked(site, "/get", "GET").status == 200
    assert site.asked[0] == ("HEAD", "/fine", f"site.example:{site.server_port}")


def test_redirects_are_followed_a_few_times(site):
    moved, once = asked(site, "/moved"), asked(site, "/once")
    assert (moved.status, moved.moved, once.status, once.moved) == (200, True, 200, False)
    assert moved.url.endswith("/fine")
    del site.asked[:]
    with pytest.raises(OSError, match="without end"):
        asked(site, "/round")
    assert len(site.asked) == 1 + outgoing.REDIRECTS


@pytest.mark.parametrize("path", ["/inside", "/six", "/mapped", "/file", "/named", "/broken"])
def test_a_redirect_inside_is_refused(site, path):
    with pytest.raises(outgoing.Refused):
        asked(site, path, resolve=names(**{"inside.example": ["10.0.0.7"]}))


def test_a_redirect_to_this_machine_is_refused(site):
    """The site of the tests is let in once, by its port; what it leads to on this machine is not."""
    answers = iter([[HERE]])
    with pytest.raises(outgoing.Refused):
        outgoing.ask(
            f"http://site.example:{site.server_port}/loop", resolve=lambda _h, _p: next(answers, ["127.0.0.2"]),
            fine=fine,
        )  # fmt: skip


def test_a_name_with_one_address_inside_is_refused(site):
    with pytest.raises(outgoing.Refused):
        asked(site, "/fine", resolve=names(**{"site.example": [HERE, "192.168.0.1"]}))
    assert site.asked == []


def test_a_name_server_that_changes_its_mind_reaches_nothing(site, monkeypatch):
    """The name is asked once for each step, and the connection goes to what was looked at."""
    said, went = [], []
    answers = iter([[HERE], ["10.0.0.1"], ["10.0.0.1"]])
    real = outgoing.socket.create_connection

    def resolve(host, _port):
        said.append(host)
        return next(answers)

    def connect(address, **more):
        went.append(address[0])
        return real(address, **more)

    monkeypatch.setattr(outgoing.socket, "create_connection", connect)
    assert asked(site, "/fine", resolve=resolve).status == 200
    assert (len(said), went) == (1, [HERE])
    with pytest.raises(outgoing.Refused):  # at the second look it is another one
        asked(site, "/fine", resolve=resolve)
    assert went == [HERE]


def test_no_more_is_read_than_fits(site):
    assert len(asked(site, "/much", "GET").body) == outgoing.MOST


def test_who_never_ends_is_cut_off(site, monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    begins = time.monotonic()
    try:
        asked(site, "/drip", "GET")
    except OSError:
        pass
    assert time.monotonic() - begins < 3


def test_nothing_there_is_an_error_of_the_net(site):
    with pytest.raises(OSError):
        outgoing.ask("http://site.example:1/", resolve=names(), fine=fine)
