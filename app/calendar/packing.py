"""A whole event as one ZIP that is read without a connection: page, programme, papers, minutes, data, and its file for calendars.

What is in it is what its reader sees at that moment. Other rooms add their parts by a panel `event_pack`, drawn without links
to scripts or styles; files of documents come from the rooms that have them.
"""

import json
import typing as t
from urllib.parse import quote

from flask import Response

from app.calendar import choices, coming, ics, joining, programme, shown, slots
from app.calendar.agenda_models import PAPER
from app.calendar.models import SCALES, Event
from app.core import clock, links, packed, pages, panels
from app.core.database import setting
from app.core.languages import direction, language
from app.core.mail import is_demo

MB = 1024 * 1024


class Paper(t.NamedTuple):
    """A document in the pack: under the name that it has at the event, with its files."""

    word: t.Any
    thing: t.Any
    files: list[packed.File]


def answer(event: Event, who: t.Any) -> Response:
    """Return the ZIP of an event, sent while it is read."""
    told = programme.of(event, who.viewer)
    papers = _papers(event, who, told)
    own = _own(event)
    whole = _fitting([*own, *(file for one in papers for file in one.files)])
    files = {one.thing.ref: [file for file in one.files if file in whole] for one in papers}
    papers = [one._replace(files=files[one.thing.ref]) for one in papers]
    own = [file for file in own if file in whole]
    values = {
        "it": event, "when": shown.times(event), "programme": told, "papers": papers, "own": own, "files": files,
        "people": coming.published(event.id) if coming.sees_names(event, who, coming.mine(event.id, who.id)) else [],
        "parts": panels.drawn("event_pack", event),
        "lang": language(), "dir": direction(language()), "now": clock.now(), "offline": True, "full": True,
        "form_word": choices.form_word(event.form), "scale": SCALES.get(event.scale, ""),
        "address": setting("BASE_URL") + quote(event.url), "demo": is_demo(),
        "spoken": [choices.tongue(code) for code in event.languages.split()],
    }  # fmt: skip
    calendar = ics.file_of(event, who.viewer, event.id in joining.may_have(who, [event]))
    texts: dict[str, str | bytes] = {
        "index.html": pages.render("calendar/packed.html", **values), "event.json": _data(event, told, papers, own),
        "event.ics": calendar,
    }  # fmt: skip
    return packed.answer(event.title, texts, whole)


def _papers(event: Event, who: t.Any, told: programme.Programme) -> list[Paper]:
    """Return the documents of the event and of its programme that the reader sees, those with a name first."""
    named = {ref: slots.SLOTS[slot] for slot, ref in slots.filled(event).items() if slot in slots.SLOTS}
    plain = [tie.target for tie in links.from_(event.ref, PAPER)]
    rows = [paper.ref for line in told.lines for paper in line.papers]
    seen = links.seen(list(dict.fromkeys([*named, *plain, *rows])), who.viewer)
    files = packed.files(who.viewer, [thing.ref for thing in seen])
    return [Paper(named.get(thing.ref, ""), thing, files.get(thing.ref, [])) for thing in seen]


def _own(event: Event) -> list[packed.File]:
    """Return the files that hang on the event itself."""
    return [
        packed.file(900 + nth, row.name.rpartition(".")[0] or row.name, row.name, row.hash, row.size, event.language, True)
        for nth, row in enumerate(shown.files_of(event), 1) if row.state == "ready"
    ]  # fmt: skip


def _fitting(files: list[packed.File]) -> list[packed.File]:
    """Return the files that one ZIP holds, in order; what would be too much stays on this site, where its page leads."""
    left, found = setting("TAKE_OUT_MB") * MB, []
    for one in files:
        if one.whole and one.size <= left:
            left -= one.size
            found.append(one)
    return found


def _data(event: Event, told: programme.Programme, papers: list[Paper], own: list[packed.File]) -> str:
    """Return the event as data for other programs."""
    rows = [
        {
            "title": line.row.title, "kind": line.row.form, "starts": line.row.starts and line.row.starts.isoformat(),
            "minutes": line.row.minutes, "room": line.row.room, "track": line.row.track,
            "languages": line.row.languages.split(), "speakers": [one._asdict() for one in line.speakers],
            "papers": [setting("BASE_URL") + quote(paper.url) for paper in line.papers],
        }
        for line in told.lines
    ]  # fmt: skip
    said = {
        "title": event.title, "language": event.language, "kind": event.form, "scale": event.scale,
        "starts": event.starts.isoformat(), "ends": event.ends.isoformat(), "all_day": event.all_day, "zone": event.zone,
        "place": event.place, "languages": event.languages.split(), "host": event.outside or event.by.get("name", ""),
        "cancelled": event.cancelled is not None, "url": setting("BASE_URL") + quote(event.url), "uid": event.uid,
        "programme": rows, "files": [file.path for file in own],
        "papers": [
            {"title": one.thing.title, "name": str(one.word), "url": setting("BASE_URL") + quote(one.thing.url),
             "files": [file.path for file in one.files]}
            for one in papers
        ],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=1)
