"""The same network with more discussions, or more members: rows copied within the database."""

import shutil
import sqlite3


def multiply(source, target, times):
    """Write a database in which there are `times` as many discussions, posts and facts."""
    print(f"Making a database of {times} times the posts, this once", flush=True)
    shutil.copy(source, target)
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA synchronous=OFF")
    tops = {name: highest(connection, name) for name in ("thread", "post", "activity")}
    for copy in range(1, times):
        shift = {name: copy * top for name, top in tops.items()}
        copy_rows(connection, "thread", tops, {"id": f"id + {shift['thread']}"})
        copy_rows(connection, "post", tops, post_changes(shift))
        copy_rows(connection, "activity", tops, fact_changes(shift))
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TIES = {
    "seat": ("organisation", "person"), "organisation_theme": ("organisation",), "organisation_language": ("organisation",),
    "person_theme": ("person",), "person_language": ("person",),
}  # fmt: skip


def members(source, target, most):
    """Write a database with at least so many organisations, and as many people, each with a seat in one of them."""
    print(f"Making a database of {most:,} organisations and people, this once", flush=True)
    shutil.copy(source, target)
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA synchronous=OFF")
    connection.create_function("code_of", 1, code_of)
    tops = {name: highest(connection, name) for name in ("organisation", "person", "seat")}
    copies = {name: -(-most // tops[name]) for name in ("organisation", "person")}
    for copy in range(1, max(copies.values())):
        shift = {name: copy * top for name, top in tops.items()}
        copied = [name for name, times in copies.items() if copy < times]
        for name in copied:
            copy_rows(connection, name, tops, member_changes(name, shift[name], copy))
        for tie, owners in TIES.items():
            changes = {f"{owner}_id": f"{owner}_id + {shift[owner]}" for owner in owners}
            changes |= {"id": f"id + {shift['seat']}"} if tie == "seat" else {}
            if set(owners) <= set(copied):
                copy_ties(connection, tie, tops, owners, changes)
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


def code_of(number):
    """Three signs of its own for an organisation; they begin with a figure, as no real one does."""
    return "".join(LETTERS[number // 36**place % 36] for place in (2, 1, 0))


def member_changes(name, shift, copy):
    """What a copied organisation or person has of its own."""
    changes = {"id": f"id + {shift}", "name": f"name || ' {copy}'", "handle": f"handle || '-copy{copy}'"}
    if name == "person":
        return {**changes, "email": f"'{copy}.' || email"}
    return {
        **changes, "code": f"code_of(id + {shift})", "sort_key": f"sort_key || ' {copy}'", "found_by": f"found_by || ' {copy}'",
    }  # fmt: skip


def copy_ties(connection, table, tops, owners, changes):
    """Copy the rows that hang on the first members."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    first = " AND ".join(f"{owner}_id <= {tops[owner]}" for owner in owners)
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {first}")


def highest(connection, table):
    """The largest number in a table."""
    return connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]


def post_changes(shift):
    """What a copied post has of its own."""
    thread = f"thread_id + {shift['thread']}"
    return {"id": f"id + {shift['post']}", "thread_id": thread, "root": f"'thread:' || ({thread})"}


def fact_changes(shift):
    """What a copied fact has of its own: it tells of the copied things."""
    changes = {"id": f"id + {shift['activity']}"}
    for column in ("subject", "root"):
        moved = "".join(
            f" WHEN {column} LIKE '{kind}:%' THEN '{kind}:' || (CAST(substr({column}, {len(kind) + 2}) AS INTEGER) + {shift[kind]})"
            for kind in ("thread", "post")
        )
        changes[column] = f"CASE{moved} ELSE {column} END"
    return changes


def copy_rows(connection, table, tops, changes):
    """Copy the rows that were there at first, with changed values."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    only = " AND (subject LIKE 'thread:%' OR subject LIKE 'post:%')" if table == "activity" else ""
    connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id <= {tops[table]}{only}"
    )
