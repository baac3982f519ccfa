"""Values of the whole site that are kept in the database, such as whether it is a demo network."""

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask import Flask, current_app

from app.core.database import upsert
from app.extensions import Model, db


class SiteValue(Model):
    """One named value."""

    __tablename__ = "site_value"
    name: so.Mapped[str] = so.mapped_column(sa.String(40), primary_key=True)
    value: so.Mapped[str] = so.mapped_column(sa.Text)


def read(name: str) -> str:
    """Return a value, empty where it was never set."""
    return db.session.scalar(sa.select(SiteValue.value).where(SiteValue.name == name)) or ""


def write(name: str, value: str) -> None:
    """Set a value, inside atomic()."""
    statement = upsert(SiteValue).values(name=name, value=value)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
    current_app.extensions.pop("is_demo", None)


def is_demo() -> bool:
    """Say whether this is a demo network: told by the setting DEMO, else by the database; asked once."""
    told = current_app.config["DEMO"]
    if told:
        return bool(told == "yes")
    known = current_app.extensions.get("is_demo")
    if known is None:
        known = current_app.extensions["is_demo"] = read("demo") == "yes"
    return bool(known)


def register(app: Flask) -> None:
    """Let the kernel ask whether this is a demo network."""
    app.config["IS_DEMO"] = is_demo
