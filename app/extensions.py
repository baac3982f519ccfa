"""The bare objects of the libraries. Imports nothing of ours, so that every room can import it."""

import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as so
from flask_babel import Babel
from flask_login import LoginManager
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

# Every constraint has a name: SQLite's batch migrations and downgrades need them.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# Every number of a row fits 64 bits on every database: an address with a large number is then simply not there,
# instead of an error of PostgreSQL. SQLite wants the plain word INTEGER for keys that it counts up itself.
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Base(so.DeclarativeBase):
    """The declarative base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMING)


Base.registry.update_type_annotation_map({int: BigId})
# expire_on_commit is off: what an act returns is read after its commit, without asking again.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if t.TYPE_CHECKING:

    class Model(Base):
        """For the type checker: what db.Model is at run time."""

        __abstract__ = True

        def __init__(self, **kw: t.Any) -> None: ...
else:
    Model = db.Model

login_manager = LoginManager()
csrf = CSRFProtect()
socketio = SocketIO()
babel = Babel()
