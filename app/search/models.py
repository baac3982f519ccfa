"""The index: one row for each thing that can be found, with its audience and its words as the analyser cut them."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.audience import follows_root
from app.core.database import UtcDateTime
from app.extensions import Model


@follows_root
class SearchEntry(Model):
    """One findable thing. `root` gives it its audience, `ref` is the thing itself (a post of a discussion)."""

    __tablename__ = "search_entry"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    ref: so.Mapped[str] = so.mapped_column(sa.String(60), unique=True)
    root: so.Mapped[str] = so.mapped_column(sa.String(60), index=True)
    audience_id: so.Mapped[int] = so.mapped_column(index=True)
    kind: so.Mapped[str] = so.mapped_column(sa.String(20), index=True)
    title: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    body: so.Mapped[str] = so.mapped_column(sa.Text, default="")  # as shown around a hit
    title_tokens: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    body_tokens: so.Mapped[str] = so.mapped_column(sa.Text, default="")
    lang: so.Mapped[str] = so.mapped_column(sa.String(12), default="")
    url: so.Mapped[str] = so.mapped_column(sa.Text)
    by: so.Mapped[str] = so.mapped_column(sa.String(200), default="")
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime)
