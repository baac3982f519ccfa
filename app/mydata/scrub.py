"""Takes a person's name, handle and address out of rows: the names stand in author lines, mentions, links and texts."""

import html
import json
import re
import typing as t

import sqlalchemy as sa

from app.core.former import MEMBER, OFFICER, line
from app.core.languages import _, in_language
from app.extensions import db
from app.mydata import columns

BATCH = 100  # rows of one transaction, so that nobody waits for long


class Traces(t.NamedTuple):
    """How a person can be found in rows."""

    number: int
    handle: str
    email: str
    names: tuple[str, ...]  # the longest first: a name may hold another

    @property
    def address(self) -> str:
        """How the address of the person's page begins."""
        return f"/people/{self.number}-"

    def needles(self) -> list[str]:
        """Return the texts by which rows are found that may hold something."""
        plain = [self.handle, self.email, self.address, *self.names]
        return list(
            dict.fromkeys([*plain, *(json.dumps(one)[1:-1] for one in plain), *map(html.escape, plain)])
        )


class Cleaner:
    """Replaces a person in texts and author lines, in one language."""

    def __init__(self, traces: Traces, lang: str) -> None:
        self.traces = traces
        with in_language(lang or "en"):
            self.word = str(_("a former member"))
        handle, address = re.escape(traces.handle), re.escape(traces.address)
        self.link = re.compile(rf'<a\b[^>]*href="[^"]*{address}[^"]*"[^>]*>(.*?)</a>', re.S)
        self.url = re.compile(rf"{address}[a-z0-9-]*")
        self.mention = re.compile(rf"(?<![\w@/.])@{handle}(?![a-z0-9]|-[a-z0-9])")

    def text(self, value: str) -> str:
        """Return a text with mentions, links and the address replaced; other words are their author's."""
        value = self.link.sub(self.word, value)
        value = self.mention.sub(self.word, value)
        for name in self.traces.names:
            for form in {name, html.escape(name, quote=False)}:
                value = value.replace(f"@{form}", self.word)
        value = self.url.sub(f"/people/{self.traces.number}", value)
        return re.sub(re.escape(self.traces.email), self.word, value, flags=re.I)

    def whole(self, value: str) -> str:
        """Return the text of a mail without the names too: our copy of it is nobody's own words."""
        value = self.text(value)
        for name in self.traces.names:
            for form in {name, html.escape(name, quote=False)}:
                value = value.replace(form, self.word)
        return value

    def name(self, value: str) -> str:
        """Return the name of who did something, alone or at the beginning of a line."""
        for name in self.traces.names:
            if value == name:
                return MEMBER
            if value.startswith(f"{name}, "):
                return f"{OFFICER}, {value.removeprefix(f'{name}, ')}"
        return self.text(value)

    def line(self, value: t.Any) -> t.Any:
        """Return an author line without the person, where it is this person's."""
        if not isinstance(value, dict):
            return value
        own = value.get("handle") == self.traces.handle or str(value.get("url", "")).startswith(
            self.traces.address
        )
        return line(value) if own else self.data(value)

    def data(self, value: t.Any) -> t.Any:
        """Return JSON without the person's handle, wherever it stands in it."""
        if isinstance(value, dict):
            if value.get("kind") == "person" and value.get("id") == self.traces.number:  # named as an author
                return {**value, "kind": "outside", "id": 0, "name": MEMBER}
            return {key: self.data(one) for key, one in value.items() if key != self.traces.handle}
        if isinstance(value, list):
            return [self.data(one) for one in value]
        if not isinstance(value, str):
            return value
        return self.word if value == self.traces.handle else self.text(value)


def _words(cleaner: Cleaner) -> t.Callable[[t.Any], t.Any]:
    return lambda value: cleaner.text(value) if isinstance(value, str) else cleaner.data(value)


_BY_KIND: dict[str, t.Callable[[Cleaner], t.Callable[[t.Any], t.Any]]] = {
    columns.LINE: lambda cleaner: cleaner.line,
    columns.NAME: lambda cleaner: cleaner.name,
    columns.WORDS: _words,
    columns.ABOUT: _words,
}
OF_THE_HOUSE = {"outbox_mail"}


def looked_through(table: sa.Table) -> list[sa.Column[t.Any]]:
    """Return the columns of a table in which a person's name, handle or address can stand."""
    if table.name in columns.LEFT_ALONE:
        return []
    return [
        column
        for column in table.c
        if isinstance(column.type, sa.String | sa.JSON)
        and columns.erased(f"{table.name}.{column.name}") in _BY_KIND
    ]


def _holds(column: sa.Column[t.Any], needles: t.Sequence[str]) -> sa.ColumnElement[bool]:
    text = sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column
    return sa.or_(*(text.contains(needle, autoescape=True) for needle in needles))


def found(table: sa.Table, traces: Traces) -> list[tuple[t.Any, ...]]:
    """Return the keys of the rows of a table that may hold something of the person."""
    looked, keys = looked_through(table), list(table.primary_key.columns)
    if not looked:
        return []
    needles = traces.needles()
    return [
        tuple(row)
        for row in db.session.execute(sa.select(*keys).where(sa.or_(*(_holds(c, needles) for c in looked))))
    ]


def clean(table: sa.Table, key: tuple[t.Any, ...], traces: Traces) -> bool:
    """Replace the person in one row, inside atomic(); say whether anything stood there."""
    looked, keys = looked_through(table), list(table.primary_key.columns)
    mine = sa.and_(*(column == value for column, value in zip(keys, key, strict=True)))
    tongue = next((table.c[name] for name in ("language", "lang") if name in table.c), sa.literal(""))
    row = db.session.execute(sa.select(*looked, tongue.label("its_language")).where(mine)).mappings().first()
    if row is None:
        return False
    cleaner, values = Cleaner(traces, row["its_language"]), {}
    for column in looked:
        before, after = row[column.name], _cleaned(cleaner, table, column, row[column.name])
        if after != before:
            values[column.name] = after
    if values:
        statement = sa.update(table).where(mine).values(**values)
        db.session.execute(statement.execution_options(synchronize_session=False))
    return bool(values)


def _cleaned(cleaner: Cleaner, table: sa.Table, column: sa.Column[t.Any], value: t.Any) -> t.Any:
    if value is None:
        return None
    if isinstance(value, str) and table.name in OF_THE_HOUSE:
        return cleaner.whole(value)
    return _BY_KIND[columns.erased(f"{table.name}.{column.name}")](cleaner)(value)
