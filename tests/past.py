"""Old mails, archives and lists as people have them, made for tests: always the same bytes."""

import datetime as dt
import io
import json
import zipfile

import fpdf


def mail(number, subject="Minutes", by="Desk <desk@old.example>", date="Tue, 05 Mar 2013 10:00:00 +0100", body="Words.\n",
         more="", kind="text/plain; charset=utf-8"):  # fmt: skip
    """One mail of an mbox, as bytes."""
    head = (
        f"From list@old.example Tue Mar  5 10:00:00 2013\nMessage-ID: <m{number}@old.example>\nFrom: {by}\n"
        f"Subject: {subject}\nDate: {date}\nMIME-Version: 1.0\nContent-Type: {kind}\n"
    )
    return f"{head}{more}\n{body}\n".encode()


def mailing_list(posts, talks=50):
    """An mbox of so many mails: discussions take turns, each mail answers the first of its discussion."""
    parts = []
    for number in range(posts):
        talk, again = number % talks, number >= talks
        more = f"In-Reply-To: <m{talk}@old.example>\nReferences: <m{talk}@old.example>\n" if again else ""
        day = f"{1 + number // talks % 28:02} Mar 2013 {number % 24:02}:{number % 60:02}:00 +0000"
        parts.append(mail(
            number, f"{'Re: ' if again else ''}[old-list] Question {talk}", f"Writer {number % 7} <w{number % 7}@old.example>",
            day, f"Post {number} about monitoring.\n\nIt says what was done, and asks what others did.\n\n-- \nWriter\n", more,
        ))  # fmt: skip
    return b"".join(parts)


def pdf(words):
    """A small PDF of one page."""
    page = fpdf.FPDF()
    page.set_creation_date(dt.datetime(2013, 3, 5, tzinfo=dt.UTC))
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.multi_cell(0, 8, words)
    return bytes(page.output())


def packed(files):
    """A ZIP of these files: name → bytes or text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2013, 3, 5, 10, 0, 0))
            box.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def lines(*values):
    """Lines of JSON."""
    return "\n".join(value if isinstance(value, str) else json.dumps(value) for value in values).encode()
