"""What the readers of old things find: records, posts and discussions, with faults by line, and never an error of ours."""

import datetime as dt
import io

import pytest

from app.past.sources import (
    Refused,
    archive,
    forum,
    gathering,
    items,
    kind_of,
    mails,
    plain,
    references,
    tables,
)
from tests import past

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
SHEET = "Titre;Auteurs;Année;Langue;Résumé\n"
SHEET += "Étude sur l’accès;Roe, R.;2011;français;Ce qui fut fait\n;;;;\n;Doe;;;\nGuide « pratique »;;;;\n"


def faults(found):
    return [(fault.line, fault.key) for fault in found]


# --- kinds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"PK\x03\x04", "a.zip", "archive"), (b"PK\x03\x04", "a.xlsx", "table"), (b"a;b\n", "a.csv", "table"),
        (b"TY  - JOUR\n", "a.txt", "ris"), (b"@article{a, title={b}}", "a.txt", "bibtex"), (past.mail(1), "a", "mails"),
        (b'{"title": "a"}', "a.txt", "forum"), ("a;b".encode("utf-16"), "a.csv", "table"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_the_first_bytes(head, name, kind):
    assert kind_of(head, name) == kind


@pytest.mark.parametrize("head", [b"", b"  \n", b"%PDF-1.7", b"\x1f\x8b\x08", b"\x00\x01\x02\x03"])
def test_what_is_no_source_is_refused(head):
    with pytest.raises(Refused):
        kind_of(head, "a.bin")


# --- tables ---------------------------------------------------------------------------------------------------


def test_letters_delimiter_and_columns_of_a_table_are_guessed():
    table = tables.read(SHEET.encode("cp1252"))
    assert (table.how.encoding, table.how.delimiter) == ("cp1252", ";")
    assert table.how.meanings == ("title", "authors", "date", "language", "abstract")
    assert [(r.line, r.said["title"]) for r in table.records] == [
        (2, "Étude sur l’accès"),
        (5, "Guide « pratique »"),
    ]
    assert faults(table.faults) == [(4, "untitled")]


def test_what_was_guessed_can_be_said_otherwise():
    how = tables.How("cp1252", ";", True, ("abstract", "", "", "", "title"))
    table = tables.read(SHEET.encode("cp1252"), how)
    assert [r.said["title"] for r in table.records] == ["Ce qui fut fait"]


def test_a_table_that_is_none_is_refused():
    for raw in (b"PK\x03\x04junk", b"", b"a;b\n" + b"\x00" * 40):
        with pytest.raises(Refused):
            tables.read(raw)


# --- references -----------------------------------------------------------------------------------------------

RIS = """TY  - RPRT
AU  - Doe, Jane
AU  - Roe, Richard
TI  - Shared tools
PY  - 2014/05/
KW  - education
KW  - youth
UR  - https://example.org/a
ER  -

TY  - JOUR
AB  - no title

TY  - BOOK
T1  - A handbook
SN  - 978-92-3-100123-4
Y1  - 2017
"""


def test_a_ris_file_is_read_entry_by_entry():
    found, wrong = references.ris(references.text_of(RIS.encode("utf-8-sig")))
    assert [(r.line, r.said["title"]) for r in found] == [(1, "Shared tools"), (14, "A handbook")]
    assert (
        found[0].said["authors"] == "Doe, Jane; Roe, Richard"
        and found[0].said["keywords"] == "education; youth"
    )
    assert found[1].said["isbn"] == "978-92-3-100123-4"
    assert faults(wrong) == [(11, "untitled")]


BIB = r"""@string{net = {Sample Network}}
@techreport{one, title={{\'E}tude of {Learning}}, author={Doe, Jane and Roe, R.}, year=2015, month=may, institution=net}
@book{broken, title={never closed
@misc{two, title="Second", keywords={a, b}, url={https://example.org/b}}
@misc{three, author={Nobody}}
"""


def test_a_bibtex_file_is_read_entry_by_entry():
    found, wrong = references.bibtex(BIB)
    assert [(r.line, r.said["title"]) for r in found] == [(2, "Étude of Learning"), (4, "Second")]
    assert found[0].said["authors"] == "Doe, Jane; Roe, R." and found[0].said["publisher"] == "Sample Network"
    assert faults(wrong) == [(3, "entry"), (5, "untitled")]


@pytest.mark.parametrize(
    "text", ["@a{" * 3000, "TY  - " * 3000, "TY  - X\n" * 3000, "@misc{a," + "{" * 5000, "ER  - \nER  - "]
)
def test_lists_of_references_that_are_broken_all_through_raise_nothing(text):
    for read in (references.ris, references.bibtex):
        found, _wrong = read(text)
        assert isinstance(found, list)


# --- archives -------------------------------------------------------------------------------------------------


def contents(files, how=None):
    return archive.read(io.BytesIO(past.packed(files)), how or tables.How())


def test_without_a_manifest_each_file_is_a_document_in_its_folder():
    found = contents(
        {
            "Past/2011/a.pdf": "a",
            "Past/2012/b.pdf": "b",
            "Past/c.pdf": "c",
            "__MACOSX/x": "x",
            "Past/.DS_Store": "x",
        }
    )
    assert [(r.file, r.folder) for r in found.records] == [
        ("Past/2011/a.pdf", "2011"), ("Past/2012/b.pdf", "2012"), ("Past/c.pdf", ""),
    ]  # fmt: skip
    assert found.manifest == "" and found.faults == []


def test_a_manifest_describes_files_and_says_which_are_missing():
    sheet = "Fichier;Titre\na.pdf;Premier\nz.pdf;Perdu\nsub\\b.pdf;Second\na.pdf;Encore\n".encode("cp1252")
    found = contents({"manifest.csv": sheet, "a.pdf": "a", "sub/b.pdf": "b", "c.pdf": "c"})
    assert [(r.file, r.said.get("title", "")) for r in found.records] == [
        ("a.pdf", "Premier"), ("sub/b.pdf", "Second"), ("c.pdf", ""),
    ]  # fmt: skip
    assert faults(found.faults) == [(3, "missing"), (5, "named_twice")]


def test_a_manifest_may_be_json():
    text = '{"documents": [{"filename": "a.pdf", "title": "One", "authors": ["A", {"name": "B"}], "odd": {}}, 7]}'
    found = contents({"manifest.json": text, "a.pdf": "a"})
    assert found.records[0].said == {"title": "One", "authors": "A; B"}


def test_hostile_archives_are_refused_or_told_by_name():
    found = contents({"../../etc/passwd": "x", "big.txt": b"0" * 5_000_000, "empty.txt": "", "good.txt": "x"})
    assert [r.file for r in found.records] == ["good.txt"]
    assert sorted(f.key for f in found.faults) == ["bomb", "name", "nothing"]
    for raw in (
        b"PK\x03\x04",
        past.packed({"a": "b"})[:-30],
        b"",
        past.packed({"manifest.json": "[" * 9999}),
    ):
        with pytest.raises(Refused):
            archive.read(io.BytesIO(raw))


def test_names_of_old_archives_are_read_in_their_letters():
    found = contents({"rapport « été ».pdf": "x"})
    assert found.records[0].file == "rapport « été ».pdf"


# --- mails ----------------------------------------------------------------------------------------------------


def posts(*raw):
    return mails.read(io.BytesIO(b"".join(raw)), NOW)


def test_mails_become_posts_with_their_authors_and_dates():
    found, wrong = posts(
        past.mail(1, "=?iso-8859-1?Q?R=E9union?=", "=?utf-8?b?w4lsb2RpZQ==?= <a@old.example>"),
        past.mail(2, "Re: other", "b@old.example", date="nonsense", more="In-Reply-To: <m1@old.example>\n"),
    )
    assert wrong == [] and [(p.line, p.title, p.name, p.email) for p in found] == [
        (1, "Réunion", "Élodie", "a@old.example"), (11, "Re: other", "", "b@old.example"),
    ]  # fmt: skip
    assert found[0].at == dt.datetime(2013, 3, 5, 9, tzinfo=dt.UTC) and found[1].at.year == 2013
    assert found[1].answers == ("m1@old.example",)


def test_broken_mails_are_told_by_line_and_stop_nothing():
    late = past.mail(3, date="Tue, 05 Mar 2099 10:00:00 +0000").replace(
        b"Mar  5 10:00:00 2013", b"Mar  5 10:00:00 2099"
    )
    found, wrong = posts(
        past.mail(1, body=""), past.mail(2, by=""), late, past.mail(4, kind="text/plain; charset=no-such"),
        past.mail(5, "\udcff\udcfe=?x?b?!!!?=".encode("utf-8", "surrogateescape").decode("latin-1")), past.mail(4), past.mail(6),
    )  # fmt: skip
    assert [p.key.split("@")[0] for p in found] == ["m4", "m5", "m6"]
    assert [key for _line, key in faults(wrong)] == ["no_words", "nobody", "date", "twice"]


def test_the_words_of_a_mail_in_html_are_text():
    html = '<html><head><style>p{}</style></head><body><p>One <b>two</b></p><ul><li>a<li>b</ul><a href="https://x.example">here</a>'
    found, _wrong = posts(past.mail(1, body=html, kind="text/html; charset=utf-8"))
    assert found[0].body == "One two\n\n- a\n- b\n\nhere (https://x.example)"


def test_what_hangs_on_a_mail_can_be_taken():
    body = (
        "--b\nContent-Type: text/plain\n\nSee the file.\n--b\nContent-Type: application/pdf; name=a.pdf\n"
        "Content-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--b--\n"
    )
    raw = past.mail(0) + past.mail(1, body=body, kind='multipart/mixed; boundary="b"')
    found, _wrong = posts(raw)
    assert (found[1].files, found[1].body) == (1, "See the file.")
    assert mails.files_of(mails.one_at(io.BytesIO(raw), found[1].at_byte)) == [("a.pdf", b"%PDF")]


@pytest.mark.parametrize("raw", [
    b"From x 2013\n" * 500, b"From a Tue Mar 5 10:00:00 2013\n" + b"\xff" * 9000, past.mail(1)[:70],
    past.mail(1, kind='multipart/mixed; boundary="b"', body="--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 900),
    past.mail(1, more="References: " + "<" * 9000 + "\n"), past.mail(1, by="<" * 3000), past.mail(1, by='"' * 3001),
    past.mail(1, kind="text/plain; charset*0*=x''%zz; charset*=y"),
])  # fmt: skip
def test_hostile_mails_raise_nothing(raw):
    found, _wrong = posts(raw)
    assert len(found) <= 1


def test_signatures_footers_and_the_older_mail_below_go():
    text = "Yes, we did.\n\n-- \nDesk\nStreet"
    assert plain.without_tail(text, False) == "Yes, we did."
    text = "Thank you.\n\nOn Tue, Mar 5, 2013 at 10:00, Desk wrote:\n> long ago\n> and more"
    assert plain.without_tail(text, True) == "Thank you."
    text = (
        "On Tue, Mar 5, 2013 at 10:00, Desk wrote:\n> a question\n\nAn answer\n\n> another\n\nNo.\n\nBest\nX"
    )
    assert plain.without_tail(text, True) == text
    assert plain.without_tail("Words\n_______________________________\nlist mailing list\n", False) == "Words"


def test_plain_words_make_no_headings_or_code():
    assert plain.as_markdown("# one\n    two\n---\n- item\n> quote") == "\\# one\ntwo\n\\---\n- item\n> quote"


# --- forums ---------------------------------------------------------------------------------------------------


def test_lines_of_a_forum_become_posts():
    raw = past.lines(
        {"thread": 7, "id": 1, "title": "Housing", "author": {"name": "Desk"}, "date": "2012-01-02T10:00:00Z", "body": "<p>A</p>"},
        {"thread": 7, "id": 2, "author": "Other", "created_at": 1325584800, "text": "B", "reply_to": 1},
        "{broken", {"thread": 7, "author": "X", "date": "soon", "text": "C"}, "7",
        {"id": "t", "title": "Whole", "posts": [{"by": "A", "at": "2011-05-01", "body": "D"}, {"body": ""}]},
    )  # fmt: skip
    found, wrong = forum.read(io.BytesIO(raw), NOW)
    assert [(p.line, p.name, p.body) for p in found] == [(1, "Desk", "A"), (2, "Other", "B"), (6, "A", "D")]
    assert faults(wrong) == [(3, "json"), (4, "date"), (5, "json"), (6, "date")]
    assert [(talk.title, len(talk.posts)) for talk in gathering.talks(found)] == [
        ("Whole", 1),
        ("Housing", 2),
    ]


def test_a_forum_may_be_one_list_and_may_be_broken():
    found, _wrong = forum.read(
        io.BytesIO(b'[{"title": "a", "by": "b", "at": "2011-01-01", "body": "c"}]'), NOW
    )
    assert len(found) == 1
    with pytest.raises(Refused):
        forum.read(io.BytesIO(b"[" * 9000), NOW)
    assert forum.read(io.BytesIO(b"{" * 9000), NOW)[0] == []


# --- discussions ----------------------------------------------------------------------------------------------


def said(key, title, day, answers=()):
    at = dt.datetime(2013, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)
    return items.Post(day, key, title, "A", "", at, "words", answers=answers)


def test_posts_hang_together_by_what_they_answer_else_by_their_subject():
    found = gathering.talks([
        said("a", "[list] Housing", 1), said("b", "Re: Housing", 2, ("a",)), said("c", "AW: Something else", 3, ("gone", "b")),
        said("d", "Re: [list] Housing", 4), said("e", "Housing", 5), said("f", "Re: Housing", 200), said("g", "", 6),
    ])  # fmt: skip
    assert [(talk.title, [p.key for p in talk.posts]) for talk in found] == [
        ("Housing", ["a", "b", "c", "d"]), ("Housing", ["e"]), ("words", ["g"]), ("Housing", ["f"]),
    ]  # fmt: skip


def test_answers_in_a_circle_end():
    found = gathering.talks([said("a", "x", 1, ("b",)), said("b", "x", 2, ("a",)), said("c", "x", 3, ("c",))])
    assert len(found) == 2


def test_four_thousand_mails_are_gathered_quickly():
    found, wrong = mails.read(io.BytesIO(past.mailing_list(4000, 400)), NOW)
    talks = gathering.talks(found)
    assert (len(found), wrong, len(talks), talks[0].title) == (4000, [], 400, "Question 0")
    assert all(len(talk.posts) == 10 for talk in talks)


def test_lines_are_counted_as_the_file_has_them():
    raw = b'title;abstract\n\nOne;"two\nlines"\n;;\nThree;\n;nothing\n'
    table = tables.read(raw)
    assert [record.line for record in table.records] == [3, 6] and faults(table.faults) == [(7, "untitled")]
