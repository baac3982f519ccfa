"""Write the summaries of thousands of people in a process of its own; say how much memory and how many questions it took.

Run by bin/bench with the settings of a house: python summaries.py NOTICES-OF-EACH
"""

import json
import resource
import sqlite3
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import sqlalchemy as sa
from servers import ROOT


def fill(database, each):
    """Give everybody so many notices that are neither read nor mailed, and a summary that is due."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("DELETE FROM notice")
    connection.execute("DELETE FROM notice_plan")
    now = "strftime('%Y-%m-%d %H:%M:%S.000000', 'now', '-1 hour')"
    connection.execute(
        'INSERT INTO notice (person_id, reason, root, audience_id, first_id, last_id, count, verb, "by", title, excerpt, lang,'
        " url, at, kind, space_id, actor_id, mailed_id)"
        " SELECT p.id, 'follow', f.root, f.audience_id, f.id, f.id, 1, f.verb, f.\"by\", f.title, f.excerpt, f.lang, f.url,"
        f" {now}, 'reply', NULL, f.actor_id, 0 FROM person p JOIN (SELECT a.* FROM activity a JOIN audience_room r"
        " ON r.audience_id = a.audience_id AND r.room = 'public' WHERE a.verb = 'board.replied' AND a.title != ''"
        " GROUP BY a.root ORDER BY a.id DESC LIMIT ?) f WHERE p.state = 'active'",
        (each,),
    )
    connection.execute(
        "INSERT INTO notice_plan (person_id, every, weekday, hour, quiet, quiet_from, quiet_to, weekend, next_at)"
        f" SELECT id, 'daily', 0, 8, 0, 20, 7, 0, {now} FROM person WHERE state = 'active'"
    )
    connection.commit()
    connection.close()


def main():
    """Fill, write, count."""
    sys.path.insert(0, str(ROOT))
    from app import create_app
    from app.extensions import db
    from app.notifications import digests

    app = create_app()
    fill(urlsplit(app.config["SQLALCHEMY_DATABASE_URI"]).path, int(sys.argv[1]))
    asked, counts = [0], Counter[int]()
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: asked.__setitem__(0, asked[0] + 1))
        write = digests.write_to

        def counted(person_id):
            before = asked[0]
            written = write(person_id)
            counts[asked[0] - before if written else 0] += 1
            return written

        digests.write_to, start = counted, time.monotonic()
        while digests.send_due():
            pass
    people = sum(number for questions, number in counts.items() if questions)
    numbers = sorted(questions for questions in counts if questions)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "people": people, "least": numbers[0], "most": numbers[-1], "usual": counts.most_common(1)[0][0], "memory": memory,
        "seconds": time.monotonic() - start,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
