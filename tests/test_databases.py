"""The ground of all tests: whatever a test did to its database, the next one begins with the migrated state exactly."""

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import databases

PLAIN = {
    int: 7,
    str: "x",
    bool: True,
    dt.datetime: dt.datetime(2026, 1, 1),
    dt.date: dt.date(2026, 1, 1),
    float: 1.5,
    bytes: b"x",
}
SHAPE = (
    "select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns "
    "where table_schema = 'public'",
    "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
    "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
    "where connamespace = 'public'::regnamespace",
    "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal",
)
LOCKS = (
    "select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database "
    "where locktype = 'advisory' and datname = current_database()"
)
OTHERS = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'left over'"


def engine(url, **options):
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool, **options
    )


def reflected(connection):
    """Every table as it is, without the shadows of FTS5, which follow its triggers."""
    tables = sa.MetaData()
    tables.reflect(connection, only=lambda name, _: not name.startswith("search_fts"))
    return tables.sorted_tables


def picture(url):
    """All there is to see of a database: tables, what is in them, what the next numbers are."""
    with engine(url).connect() as line:
        rows = {table.name: sorted(map(repr, line.execute(sa.select(table)))) for table in reflected(line)}
        if not databases.ON_POSTGRES:
            shape = [sorted(map(repr, line.exec_driver_sql("select type, name, sql from sqlite_schema")))]
            numbers = sorted(map(repr, line.exec_driver_sql("select * from sqlite_sequence")))
        else:
            shape = [sorted(map(repr, line.exec_driver_sql(statement))) for statement in SHAPE]
            names = [name for (name,) in line.exec_driver_sql("select sequencename from pg_sequences")]
            numbers = {
                n: line.exec_driver_sql(f'select last_value, is_called from "{n}"').one() for n in names
            }
        return rows, shape, numbers


def some(column, number):
    """Return a value that a column takes."""
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = dict
    if kind is str:
        return f"{number}x"[: column.type.length or 99]
    return number if kind is int else PLAIN.get(kind, {})


def dirty(line, times=3):
    """Put rows into every table, change and delete what was there; say which tables got something."""
    line.exec_driver_sql(
        "set session_replication_role = replica" if databases.ON_POSTGRES else "pragma foreign_keys = off"
    )
    tables = reflected(line)
    for table in tables:
        if table.name != "alembic_version":
            columns = [c for c in table.columns if c.computed is None]
            for number in range(101, 101 + times):
                line.execute(table.insert().values({c.name: some(c, number) for c in columns}))
            numbered = [
                c
                for c in table.primary_key.columns
                if c.autoincrement is True or c.identity or c.server_default
            ]
            if numbered:
                rest = {c.name: some(c, 200) for c in columns if c not in numbered}
                line.execute(table.insert().values(rest))
    line.exec_driver_sql("update alembic_version set version_num = 'changed'")
    line.commit()
    return [table.name for table in tables if not line.scalar(sa.select(sa.func.count()).select_from(table))]


@pytest.fixture(scope="module")
def at_first(template):
    return picture(template.url)


def test_after_every_table_was_written_the_next_test_finds_none_of_it(template, tmp_path, at_first):
    with template.lend(tmp_path) as url:
        assert picture(url) == at_first
        with engine(url).connect() as line:
            assert dirty(line) == []
        assert all(
            before != after
            for before, after in zip(at_first[0].values(), picture(url)[0].values(), strict=True)
        )
    with template.lend(tmp_path) as url:
        assert picture(url) == at_first


def test_what_the_migrations_wrote_comes_back(template, tmp_path, at_first):
    with template.lend(tmp_path) as url:
        with engine(url).begin() as line:
            line.exec_driver_sql("delete from alembic_version")
    with template.lend(tmp_path) as url:
        assert picture(url)[0]["alembic_version"] == at_first[0]["alembic_version"] != []


def test_a_changed_table_is_not_handed_on(template, tmp_path, at_first):
    with template.lend(tmp_path) as url:
        with engine(url).begin() as line:
            line.exec_driver_sql("create table left_over (id integer)")
            line.exec_driver_sql("alter table site_value add column more integer")
    with template.lend(tmp_path) as url:
        assert picture(url) == at_first


def test_much_that_was_written_is_gone_too(template, tmp_path, at_first, monkeypatch):
    monkeypatch.setattr("tests.emptied.LARGE", 1000)
    with template.lend(tmp_path) as url:
        with engine(url).connect() as line:
            dirty(line, 50)
    with template.lend(tmp_path) as url:
        assert picture(url) == at_first


def test_nobody_stays_connected_and_no_lock_is_left(template, tmp_path, at_first):
    """A forgotten thread in the middle of a transaction, a lock that was never given back."""
    if not databases.ON_POSTGRES:
        pytest.skip("on SQLite each test has a file of its own")
    with template.lend(tmp_path) as url:
        forgotten = engine(url, connect_args={"application_name": "left over"}).connect()
        forgotten.exec_driver_sql("select pg_advisory_lock(7)")
        forgotten.exec_driver_sql("lock table activity")
        forgotten.exec_driver_sql("insert into site_value values ('half', 'done')")
    with template.lend(tmp_path) as url:
        with engine(url).connect() as line:
            assert line.scalar(sa.text(OTHERS)) == line.scalar(sa.text(LOCKS)) == 0
        assert picture(url) == at_first
    with pytest.raises(sa.exc.OperationalError):
        forgotten.exec_driver_sql("select 1")
    forgotten.invalidate()
    forgotten.close()


@pytest.mark.own_database
def test_who_wants_a_database_alone_gets_one(database_url, template, tmp_path_factory):
    with template.lend(tmp_path_factory.mktemp("other")) as other:
        assert database_url != other
