"""One PostgreSQL database that many tests share, one after the other: each finds it exactly as the template was.

Making and dropping a copy waits for the disk for half a second; emptying what the last test wrote takes some
milliseconds. Whoever was still connected is sent away first, so no lock and no open transaction is left either.
"""

import time

import psycopg
from psycopg import sql

# Kept outside the tables of the app: what the template's tables held, and whether a test changed their shape.
PREPARE = """
CREATE SCHEMA harness;
CREATE TABLE harness.reshaped (tag text);
CREATE FUNCTION harness.note() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO harness.reshaped VALUES (tg_tag); END $$;
"""
WATCH = """
CREATE EVENT TRIGGER harness_reshaped ON ddl_command_end EXECUTE FUNCTION harness.note();
CREATE EVENT TRIGGER harness_rewritten ON table_rewrite EXECUTE FUNCTION harness.note();
"""
TABLES = """
SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY 1 ORDER BY 1
"""
SEQUENCES = "SELECT c.relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY 1"
OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SIZE = "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
LARGE = 8 * 1024 * 1024  # bytes: from here on a fresh file is cheaper than the dead rows in the old one
ROWS = "IF EXISTS (SELECT FROM public.{t}) THEN DELETE FROM public.{t}; END IF;"
SEEDS = "INSERT INTO public.{t} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM harness.{t};"
AS_ONE = "DO $do$ #variable_conflict use_column\nBEGIN {} END $do$"  # a column may be called as something of PL/pgSQL is
SEQUENCE = (
    "IF EXISTS (SELECT FROM public.{s} WHERE last_value <> {last} OR is_called <> {called}) "
    "THEN PERFORM setval({name}, {last}, {called}); END IF;"
)


def may_empty(url: str) -> bool:
    """Say whether the role of the tests may do all this; one that may only make databases gets copies."""
    with psycopg.connect(url) as line:
        return line.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0]


class Emptied:
    """A database of one worker, lent to one test after the other."""

    def __init__(self, url: str) -> None:
        self.url = url
        with self._connect() as line:
            line.execute(PREPARE)
            tables = [(sql.Identifier(name), columns) for name, columns in line.execute(TABLES)]
            self.tables = sql.SQL(", ").join(table for table, _columns in tables)
            steps = [sql.SQL(ROWS).format(t=table) for table, _columns in tables]
            steps += [self._seeds(line, table, columns) for table, columns in tables]
            steps += [self._sequence(line, name) for (name,) in line.execute(SEQUENCES).fetchall()]
            self.steps = sql.SQL(AS_ONE).format(sql.SQL("\n").join(steps)).as_string(line)
            line.execute(WATCH)
        self.line = self._connect()

    def _connect(self) -> psycopg.Connection:
        line = psycopg.connect(self.url, autocommit=True)
        line.execute("SET session_replication_role = replica")  # foreign keys and triggers stay out of it
        return line

    @staticmethod
    def _seeds(line: psycopg.Connection, table: sql.Identifier, columns: list[str]) -> sql.Composable:
        """Keep the rows that the migrations made; return the step that puts them back."""
        if not line.execute(sql.SQL("SELECT EXISTS (SELECT FROM public.{})").format(table)).fetchone()[0]:
            return sql.SQL("")
        line.execute(sql.SQL("CREATE TABLE harness.{t} AS TABLE public.{t}").format(t=table))
        return sql.SQL(SEEDS).format(t=table, columns=sql.SQL(", ".join(columns)))

    @staticmethod
    def _sequence(line: psycopg.Connection, name: str) -> sql.Composable:
        """Return the step that winds a sequence back."""
        row = line.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        ).fetchone()
        last, called = map(sql.Literal, row)
        literal = sql.Literal(f'public."{name}"')
        return sql.SQL(SEQUENCE).format(s=sql.Identifier(name), name=literal, last=last, called=called)

    def empty(self) -> bool:
        """Put everything back; False when a test changed the tables themselves, and a new database is needed."""
        if self.line.closed or self.line.broken:
            self.line = self._connect()
        self._send_others_away()
        if self.line.execute("SELECT EXISTS (TABLE harness.reshaped)").fetchone()[0]:
            return False
        if self.line.execute(SIZE).fetchone()[0] > LARGE:
            self.line.execute(sql.SQL("TRUNCATE {}").format(self.tables))
        self.line.execute(self.steps)
        return True

    def _send_others_away(self) -> None:
        end = time.monotonic() + 20
        while self.line.execute(OTHERS).fetchone()[0]:
            assert time.monotonic() < end, "a connection to the database of the tests does not end"
            time.sleep(0.005)

    def close(self) -> None:
        """Let go of the database."""
        self.line.close()
