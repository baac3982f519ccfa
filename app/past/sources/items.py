"""What a source gives: records that become documents, posts that become discussions, and what was wrong, by line."""

import datetime as dt
import typing as t


class Refused(ValueError):
    """A source cannot be read at all; the argument is a key of words.REFUSED."""


class Fault(t.NamedTuple):
    """Something is wrong with one line, or with one file of an archive."""

    line: int  # 0: about no line
    key: str  # a key of words.FAULTS
    what: str = ""  # the value, or the name of a file
    lost: bool = True  # it was left out for it; else it is taken in all the same


class Record(t.NamedTuple):
    """One document as it is described: words by meaning, and the file that belongs to it, by its name in the archive."""

    line: int
    said: dict[str, str]
    file: str = ""
    folder: str = ""


class Post(t.NamedTuple):
    """One post of a discussion that took place elsewhere."""

    line: int
    key: str  # by which it is known again: the number of a message, or a hash of what it says
    title: str
    name: str
    email: str
    at: dt.datetime
    body: str
    talk: str = ""  # which discussion it belongs to, where the source says so
    answers: tuple[str, ...] = ()  # keys of what it answers, the nearest last
    language: str = ""
    topic: str = ""
    html: bool = False  # its body is HTML
    at_byte: int = 0  # where its message lies in the file, for what is attached to it
    bytes: int = 0
    files: int = 0


class Talk(t.NamedTuple):
    """A discussion: its posts in the order of time."""

    key: str
    title: str
    posts: list[Post]


Wrong = list[Fault]
