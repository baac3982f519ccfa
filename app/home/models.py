"""What visitors and members say about the accessibility of this site."""

import datetime as dt

import sqlalchemy as sa
import sqlalchemy.orm as so

from app.core.database import UtcDateTime
from app.extensions import Model


class Feedback(Model):
    """One message about something that was in somebody's way. It names no account; the address is for the answer."""

    __tablename__ = "feedback"
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    page: so.Mapped[str] = so.mapped_column(sa.String(300), default="")  # where it happened
    words: so.Mapped[str] = so.mapped_column(sa.Text)
    means: so.Mapped[str] = so.mapped_column(
        sa.String(200), default=""
    )  # device, browser, assistive technology
    email: so.Mapped[str] = so.mapped_column(sa.String(254), default="")
    language: so.Mapped[str] = so.mapped_column(sa.String(12))
    at: so.Mapped[dt.datetime] = so.mapped_column(UtcDateTime, index=True)
    done: so.Mapped[dt.datetime | None] = so.mapped_column(UtcDateTime)
