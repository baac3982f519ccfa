"""The same network with more discussions: its threads, posts and facts copied within the database."""

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
