"""What Flask can do at best on this machine: a view of two bytes, and one query of 20 posts on one page of 15 KB."""

import os
import sqlite3

from flask import Flask, render_template
from jinja2 import DictLoader

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
{% for number, author, at, html in posts %}<article id="p{{ number }}"><header><b>{{ author }}</b> <time>{{ at }}</time></header>
<div>{{ html|safe }}</div></article>
{% endfor %}</body></html>"""
WORDS = "<p>" + "What one city tries, another can ask about. " * 14 + "</p>"

app = Flask(__name__)
app.jinja_loader = DictLoader({"page.html": PAGE})  # compiled once, as templates of files are


@app.get("/")
@app.get("/healthz")
def empty():
    """Two bytes."""
    return "ok"


@app.get("/rows/<int:thread>")
def rows(thread):
    """Twenty posts with their stored HTML."""
    posts = database.execute(
        "SELECT number, author, at, html FROM post WHERE thread_id = ? AND number <= 20 ORDER BY number",
        [thread],
    ).fetchall()
    return render_template("page.html", title=f"Thread {thread}", posts=posts)


def fill(path):
    """2,000 threads of 20 posts, as in the large demo."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE post (id INTEGER PRIMARY KEY, thread_id INTEGER, number INTEGER, author TEXT, at TEXT, html TEXT)"
    )
    connection.execute("CREATE UNIQUE INDEX ix_post ON post (thread_id, number)")
    posts = ((t, n, f"Desk {n}", "2026-11-01 12:00", WORDS) for t in range(1, 2001) for n in range(1, 21))
    connection.executemany(
        "INSERT INTO post (thread_id, number, author, at, html) VALUES (?, ?, ?, ?, ?)", posts
    )
    connection.commit()
    connection.close()


if "CEILING_DATABASE" in os.environ:
    database = sqlite3.connect(os.environ["CEILING_DATABASE"], check_same_thread=False)
