"""Bring thousands of old mails over in a process of its own; say how long it took and how long the longest transaction was.

Run by bin/bench with the settings of a house: python bringing.py POSTS DISCUSSIONS
"""

import io
import json
import sys
import time

import sqlalchemy as sa
from servers import ROOT


def main():
    """Send the list, look at it, take it in, let the search read it."""
    sys.path.insert(0, str(ROOT))
    from app import create_app
    from app.core import files, readers
    from app.extensions import db
    from app.members.models import Person
    from app.members.signed_in import as_person
    from app.past import acts
    from app.spaces.models import Space
    from tests.past import mailing_list

    posts, talks = map(int, sys.argv[1:3])
    held, since = [], [0.0]
    app = create_app()
    with app.app_context():
        sa.event.listen(db.engine, "begin", lambda *_: since.__setitem__(0, time.monotonic()))
        sa.event.listen(db.engine, "commit", lambda *_: held.append(time.monotonic() - since[0]))
        readers.tell_all()
        steward = sa.select(Person.id).where(Person.steward, Person.state == "active").limit(1)
        who = as_person(db.session.scalars(steward).one())
        space = db.session.scalars(sa.select(Space).where(Space.form == "network")).one()
        kept = files.keep(io.BytesIO(mailing_list(posts, talks)), "list.mbox")
        batch = acts.begin(who, space, kept, "mails")
        acts.BROUGHT.look(batch.id)
        db.session.refresh(batch)
        if not acts.BROUGHT.start(who, batch):
            raise SystemExit(f"not ready: {batch.said}")
        held.clear()
        began, cpu = time.monotonic(), time.process_time()
        acts.BROUGHT.run(batch.id)
        readers.tell_all()
        found = {
            "seconds": time.monotonic() - began,
            "cpu": time.process_time() - cpu,
            "transactions": len(held),
        }
    held.sort()
    print(json.dumps({**found, "usual": held[len(held) // 2] * 1000, "longest": held[-1] * 1000}))


if __name__ == "__main__":
    main()
