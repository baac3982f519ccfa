"""What a run measures: CPU time of pages, the way of an event to a thousand sockets, memory at rest."""

import statistics
import time
from itertools import count
from secrets import token_hex

import client
from sockets import SOCKET_IO, Client, Crowd


class Page:
    """One request, asked again and again on one connection."""

    def __init__(self, server, raw, status=200, sign=b""):
        self.server, self.raw, self.status, self.sign = server, raw, status, sign
        self.link = client.Link(server.port)
        self.size = 0

    def ask(self):
        """Ask once; an answer of another kind ends the run: it would measure something else."""
        raw = self.raw() if callable(self.raw) else self.raw
        status, head, body = self.link.ask(raw)
        self.size = len(body)
        if status != self.status or self.sign not in body:
            wanted = f"{self.status} with {self.sign!r}"
            raise SystemExit(
                f"{raw.split(b' HTTP')[0].decode()} answered {status}, not {wanted}: {head[:300]}"
            )
        return head

    def cpu_ms(self, requests, warm):
        """CPU-ms of the server's processes for one request."""
        for _ in range(warm):
            self.ask()
        before = self.server.cpu_seconds()
        for _ in range(requests):
            self.ask()
        return (self.server.cpu_seconds() - before) / requests * 1000


def in_turns(pages, rounds, requests, warm, say=lambda word: None):
    """Measure all pages in each round, one after the other, so that a loaded minute hits all alike."""
    found = {name: [] for name in pages}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for name, page in pages.items():
            found[name].append(page.cpu_ms(requests, warm))
    return found


def replies(house, cookie, token, threads):
    """The bytes of replies, one after the other, each to the next discussion, each a form of its own."""
    numbers = count(1)
    words = "A sentence that somebody might write in answer. " * 12

    def next_one():
        number = next(numbers)
        thread, _url = threads[number % len(threads)]
        fields = {"csrf_token": token, "idempotency_key": token_hex(12), "body": f"{words}({number})"}
        return client.post(f"/discussions/{thread}/replies", fields, cookie)

    return next_one


def crowd_of_ours(house, size):
    """Sockets of signed-in members, all let in."""
    crowd = Crowd()
    for number in range(size):
        one = Client(house.server.port, SOCKET_IO, house.cookie(number % len(house.tokens)))
        one.say("40{}")
        crowd.add(one)
    crowd.hear(b'42["ready"')
    return crowd


def crowd_of_raw(server, size):
    """Sockets of the bare library."""
    crowd = Crowd()
    for _number in range(size):
        crowd.add(Client(server.port))
    return crowd


def fan_out_raw(crowd):
    """Milliseconds from a client's word until the last has heard."""
    start = time.perf_counter()
    crowd.clients[0].say("go")
    return (crowd.hear(b'"event":"fact"') - start) * 1000


def fan_out_ours(crowd, link, raw):
    """Milliseconds from sending a reply until the last has heard, the database's work included."""
    start = time.perf_counter()
    link.send(raw)
    last = crowd.hear(b'"board.replied"')
    status, head, _body = link.answer()
    if status != 303:
        raise SystemExit(f"A reply was answered {status}: {head[:200]}")
    return (last - start) * 1000


def slow_reader(house, cookie, make_reply, events=400):
    """How many events a reader gets, and whether in order, that reads nothing until all have happened."""
    slow = Client(house.server.port, SOCKET_IO, cookie, small=2048)
    slow.say("40{}")
    crowd = Crowd()
    crowd.add(slow)
    crowd.hear(b'42["ready"')
    link = house.link()
    for _ in range(events):
        link.ask(make_reply())
    return heard_numbers(slow, events)


def heard_numbers(slow, events, patience=20.0):
    """The numbers of the facts that a client hears from now on."""
    import re

    numbers, end = [], time.monotonic() + patience
    slow.link.settimeout(2)
    while len(numbers) < events and time.monotonic() < end:
        try:
            piece = slow.link.recv(1024)
        except TimeoutError:
            continue
        if not piece:
            break
        slow.data += piece
        for _kind, body in slow.frames():
            found = re.match(rb'42\["fact",\{"id":(\d+)', body)
            numbers += [int(found[1])] if found else []
    return numbers


def idle_memory(server, seconds, started):
    """MB of a worker that has been left alone for so long after its start."""
    time.sleep(max(0.0, started + seconds - time.monotonic()))
    return server.memory()


median = statistics.median
