"""Values of the whole site that are kept in the database, such as whether it is a demo network."""

import math
import time
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import Flask, current_app

from app.core import database, relay
from app.core.activity import record
from app.core.database import upsert
from app.extensions import Model, db


class SiteValue(Model):
    """One named value."""

    __tablename__ = "site_value"
    name: so.Mapped[str] = so.mapped_column(sa.String(40), primary_key=True)
    value: so.Mapped[str] = so.mapped_column(sa.Text)


CHANGED = "site.changed"  # the fact by which other processes hear that a value is new


def read(name: str) -> str:
    """Return a value, empty where it was never set."""
    return db.session.scalar(sa.select(SiteValue.value).where(SiteValue.name == name)) or ""


def kept(name: str) -> str:
    """Return a value as this process remembers it: asked once, and again after a change anywhere (within a second).

    The job process hears of no changes; it asks every few seconds.
    """
    known, until = current_app.extensions.get("site_values", (None, 0.0))
    if known is None or time.monotonic() > until:
        rows = db.session.execute(sa.select(SiteValue.name, SiteValue.value))
        known = {row.name: row.value for row in rows}
        until = time.monotonic() + 5 if current_app.config["ROLE"] == "jobs" else math.inf
        current_app.extensions["site_values"] = known, until
    return str(known.get(name, ""))


def write(name: str, value: str, *, told: bool = True) -> None:
    """Set a value, inside atomic(). Untold, it is for the database alone: other processes do not hear of it."""
    statement = upsert(SiteValue).values(name=name, value=value)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
    if told:
        record(CHANGED, actor=None, subject="site:1", data={"name": name})
    database.later(_forget)


def _forget() -> None:
    current_app.extensions.pop("site_values", None)


@relay.on_fact(CHANGED)
def _changed(_fact: t.Any) -> None:
    _forget()


def is_demo() -> bool:
    """Say whether this is a demo network: told by the setting DEMO, else by the database; asked once."""
    told = current_app.config["DEMO"]
    if told:
        return bool(told == "yes")
    return kept("demo") == "yes"


def register(app: Flask) -> None:
    """Let the kernel ask whether this is a demo network."""
    app.config["IS_DEMO"] = is_demo
