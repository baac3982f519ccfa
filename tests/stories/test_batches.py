"""Stories of many files at once: described in one table, taken in by one act, told once; ZIPs; duplicates; what goes wrong."""

import io
import itertools
import re
import stat
import zipfile

import docx
import fpdf
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.audience import rooms_of
from app.extensions import db
from app.library import acts, arriving, guessing, unpacking, uploads
from app.library.models import Upload
from tests.papers import entered, facts, published
from tests.seat import tell
from tests.sending import batches, came, documents, pdf, rows, shared, together, versions


def sent(cast, seat, *files, **more):
    """Share some files; return the address of their table."""
    answer = shared(seat, together(cast, **more), *files)
    assert answer.status_code == 303
    return answer.location


def table(cast, url, changed=None, **more):
    """Return the form of a table as it stands: guessed titles, nothing left out; `changed`: name of a file → fields."""
    form = together(cast, **more)
    number = int(url.rpartition("/")[2])
    for upload in rows(cast):
        if upload.batch_id == number and upload.state == "whole":
            values = {
                "title": guessing.of(upload.name).title,
                "language": "en",
                "type": "",
                "date": "",
                "of": "",
            }
            for name, value in {**values, **(changed or {}).get(upload.name, {})}.items():
                form[f"{name}-{upload.id}"] = value
    return form


def named(cast, name):
    """Return an upload by its name."""
    return next(row for row in rows(cast) if row.name == name)


def zipped(*members, **more):
    """Return a ZIP of pairs of name and bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def titled_pdf(title):
    """A PDF of one page that says its title."""
    page = fpdf.FPDF()
    page.set_title(title)
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.multi_cell(0, 8, f"Words {title} {next(_numbers)}")
    return bytes(page.output())


def titled_docx(title):
    """A DOCX that says its title."""
    made, out = docx.Document(), io.BytesIO()
    made.core_properties.title = title
    made.save(out)
    return out.getvalue()


_numbers = itertools.count(1)


class TestTable:
    def test_good_rows_become_documents_by_one_act_and_one_item(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()), ("three.pdf", pdf()))
        page = cast.chair.gets(url).text
        assert page.count('name="title-') == 3 and ">Three</textarea>" in page
        form = table(cast, url, publish="1", licence="cc-by-4.0", themes=["housing"], idempotency_key="k")
        answers = [cast.chair.posts(url, form) for _turn in range(2)]
        assert [(one.status_code, one.location) for one in answers] == [(303, url)] * 2
        assert [(row.title, row.state, row.licence) for row in documents(cast)] == [
            (title, "published", "cc-by-4.0") for title in ("One", "Two", "Three")
        ]
        [fact] = facts(cast, "library.imported")
        assert fact.title == "3" and not facts(cast, "library.added")
        with cast.app.app_context():
            assert rooms_of(fact.audience_id) == {"members"}
        tell(cast.app)
        assert "3 documents came into the library" in cast.neighbour.gets("/").text
        assert "3 documents came into the library" not in cast.visitor.gets("/").text
        assert ">Three</a>" in cast.chair.gets(url).text and batches(cast)[0].state == "done"

    def test_drafts_tell_nobody(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        assert cast.chair.posts(url, table(cast, url)).status_code == 303
        assert {row.state for row in documents(cast)} == {"draft"}
        assert not facts(cast, "library.imported") and not facts(cast, "library.added")
        assert "Draft" in cast.chair.gets(url).text

    def test_one_alone_is_told_as_a_document(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.exe", b"x"))
        cast.chair.posts(url, table(cast, url, publish="1"))
        [fact] = facts(cast, "library.added")
        assert fact.title == "One" and not facts(cast, "library.imported")

    def test_a_wrong_row_stays_with_its_words_and_the_good_ones_go(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()), ("three.pdf", pdf()))
        wrong = {
            "two.pdf": {"title": "  ", "date": "soon", "language": ""},
            "three.pdf": {"title": "My <b>words</b>", "type": "zz"},
        }
        answer = cast.chair.posts(url, table(cast, url, wrong, publish="1"))
        assert answer.status_code == 422
        for words in (
            "1 file was taken into the library.", "Write a title.", "Choose the language of the document.",
            "Write a date like 2017", "Choose one from the list.",
            'value="soon"', "My &lt;b&gt;words&lt;/b&gt;",
        ):  # fmt: skip
            assert words in answer.text, words
        assert [row.title for row in documents(cast)] == ["One"]
        again = cast.chair.posts(url, table(cast, url, publish="1"))
        assert again.status_code == 303 and len(documents(cast)) == 3

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"space": "999"}, "Choose a group"),
            ({"organisation": "999"}, "You cannot share for this organisation."),
            ({"sight": "x"}, "Choose one from the list."),
        ],
    )
    def test_what_is_wrong_for_all_keeps_all(self, cast, more, words):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        answer = cast.chair.posts(url, table(cast, url, {"one.pdf": {"title": "My words"}}, **more))
        assert answer.status_code == 422 and words in answer.text and "My words" in answer.text
        assert documents(cast) == []

    def test_each_row_can_differ_from_what_holds_for_all(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two_fr.pdf", pdf()))
        assert '<option value="fr" selected>' in cast.chair.gets(url).text
        changed = {"one.pdf": {"language": "es", "date": "2017-06"}, "two_fr.pdf": {"language": ""}}
        cast.chair.posts(url, table(cast, url, changed, language="ar", date="2020"))
        found = {row.title: (row.language, row.date) for row in documents(cast)}
        assert found == {"One": ("es", "2017-06"), "Two": ("ar", "2020")}

    def test_titles_that_stand_in_files_are_offered(self, cast):
        made = {
            "scan_0001.pdf": titled_pdf("Housing in ten cities"), "b.docx": titled_docx("A guide to consent"),
            "c.pdf": titled_pdf("Microsoft Word - c.doc"), "d.pdf": titled_pdf("The same twice"),
            "e.pdf": titled_pdf("The same twice"), "broken.pdf": pdf(),
        }  # fmt: skip
        answer = shared(cast.chair, together(cast), *made.items())
        page = cast.chair.gets(answer.location).text
        assert re.findall(r"In the file: <bdi>([^<]*)<", page) == [
            "A guide to consent",
            "Housing in ten cities",
        ]
        by_name = {row.name: row for row in rows(cast)}
        guide, scan = by_name["b.docx"], by_name["scan_0001.pdf"]
        typed = {f"title-{row.id}": f"Typed {row.id}" for row in by_name.values()}
        one = cast.chair.posts(answer.location, {**together(cast), **typed, "use": str(guide.id)})
        assert one.status_code == 303
        page = cast.chair.gets(answer.location).text
        assert ">A guide to consent</textarea>" in page and f">Typed {scan.id}</textarea>" in page
        assert re.findall(r"In the file: <bdi>([^<]*)<", page) == ["Housing in ten cities"]
        cast.chair.posts(answer.location, {**together(cast), **typed, "use": "all"})
        page = cast.chair.gets(answer.location).text
        assert ">Housing in ten cities</textarea>" in page and ">A guide to consent</textarea>" in page
        assert "Microsoft" not in page and "The same twice" not in page

    def test_what_is_left_out_goes(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        cast.chair.posts(url, table(cast, url, {"two.pdf": {"leave": "y"}}))
        assert [row.title for row in documents(cast)] == ["One"]
        assert [(row.name, row.state) for row in rows(cast)] == [("one.pdf", "used")]

    def test_many_are_the_job_processes_and_go_on_after_a_stop(self, cast, monkeypatch):
        names = [f"paper-{number:02}.pdf" for number in range(12)]
        url = sent(cast, cast.chair, *((name, pdf()) for name in names))
        real, made = acts.create, []

        def cut(*args, **more):
            if len(made) == 7:
                raise KeyboardInterrupt
            made.append(1)
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(acts, "create", cut)
            assert cast.chair.posts(url, table(cast, url, publish="1")).status_code == 303
        assert len(documents(cast)) == 5 and batches(cast)[0].state == "saving"
        assert "being put into the library" in cast.chair.gets(url).text
        with cast.app.app_context():
            arriving.go_on()
        assert sorted(row.title for row in documents(cast)) == [f"Paper-{n:02}" for n in range(12)]
        [fact] = facts(cast, "library.imported")
        assert fact.title == "12" and len(versions(cast)) == 12

    def test_a_right_that_is_lost_meanwhile_keeps_the_file(self, cast, monkeypatch):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()), space=cast.spaces.africa)
        form = table(cast, url, space=cast.spaces.africa)
        monkeypatch.setattr(arriving, "allowed", lambda *_about: False)
        assert cast.chair.posts(url, form).status_code == 303
        assert "It could not be put in" in cast.chair.gets(url).text
        assert documents(cast) == [] and {row.state for row in rows(cast)} == {"whole"}

    def test_more_files_come_and_what_was_typed_stays(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        came(cast.chair, "three.pdf", pdf(), batch=url.rpartition("/")[2])
        form = table(cast, url, {"one.pdf": {"title": "My words", "date": "so"}})
        number = named(cast, "three.pdf").id
        form = {name: value for name, value in form.items() if not name.endswith(f"-{number}")}
        assert cast.chair.posts(url, {**form, "more": "1", "licence": "cc0-1.0"}).location == url
        page = cast.chair.gets(url).text
        assert "My words" in page and 'value="so"' in page and ">Three<" in page
        assert '<option selected value="cc0-1.0"' in page or 'value="cc0-1.0" selected' in page

    def test_a_file_that_was_not_on_the_page_is_not_taken_in_unseen(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        form = table(cast, url)
        came(cast.chair, "three.pdf", pdf(), batch=url.rpartition("/")[2])
        cast.chair.posts(url, form)
        assert len(documents(cast)) == 2 and named(cast, "three.pdf").state == "whole"

    def test_all_can_be_forgotten(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        for _turn in range(2):
            assert cast.chair.posts(f"{url}/drop", {"idempotency_key": "k"}).status_code == 303
        assert rows(cast) == [] and cast.chair.gets(url).status_code == 200

    def test_strangers_reach_nothing(self, cast):
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("two.pdf", pdf()))
        for other in (cast.neighbour, cast.steward):
            assert other.gets(url).status_code == 404
            assert other.posts(url, table(cast, url)).status_code == 404
            assert other.posts(f"{url}/drop").status_code == 404
        assert len(rows(cast)) == 2


class TestDuplicates:
    def test_the_same_bytes_are_spotted_in_the_library_and_in_the_batch(self, cast):
        data = pdf()
        published(cast, cast.neighbour, title="Known paper", data=data)
        other = pdf()
        page = cast.chair.gets(
            sent(cast, cast.chair, ("a.pdf", data), ("b.pdf", other), ("c.pdf", other))
        ).text
        assert "The same file is in the library:" in page and "Known paper" in page
        assert "The same content as b.pdf, above." in page
        ticked = re.findall(r'name="leave-(\d+)" value="y" checked', page)
        assert {int(n) for n in ticked} == {named(cast, "a.pdf").id, named(cast, "c.pdf").id}

    def test_what_one_may_not_see_is_never_told(self, cast):
        data = pdf()
        published(cast, cast.chair, title="Hidden paper", data=data, space="circle", sight="space")
        entered(cast, cast.neighbour, title="A draft", data=data)
        page = cast.outsider.gets(sent(cast, cast.outsider, ("a.pdf", data), ("b.pdf", pdf()))).text
        assert "The same file" not in page and "Hidden" not in page and "A draft" not in page
        assert "checked" not in re.findall(r'<input[^>]*name="leave-[^>]*>', page)[0]
        mine = cast.neighbour.gets(sent(cast, cast.neighbour, ("a.pdf", data), ("b.pdf", pdf()))).text
        assert "Hidden paper" in mine and "A draft" in mine


class TestVersions:
    def test_a_row_becomes_a_version_of_a_document(self, cast):
        number = published(cast, cast.chair, title="Guide")
        url = sent(cast, cast.chair, ("one.pdf", pdf()), ("guide-2.pdf", pdf()))
        assert f'<option value="/library/{number}">Guide</option>' in cast.chair.gets(url).text
        form = table(
            cast, url, {"guide-2.pdf": {"of": f"/library/{number}", "language": "", "title": ""}}, publish="1"
        )
        assert cast.chair.posts(url, form).status_code == 303
        assert len(documents(cast)) == 2 and [
            v.number for v in versions(cast) if v.document_id == number
        ] == [1, 2]
        assert len(facts(cast, "library.version")) == 1

    @pytest.mark.parametrize(
        "address", ["x", "/library/99999", "/library/{theirs}", "/library/{hidden}", "7" * 40]
    )
    def test_into_others_documents_nothing_is_put(self, cast, address):
        theirs = published(cast, cast.neighbour, title="Theirs")
        hidden = published(cast, cast.chair, title="Secret", space="circle", sight="space")
        url = sent(cast, cast.outsider, ("one.pdf", pdf()), ("two.pdf", pdf()))
        of = address.format(theirs=theirs, hidden=hidden)
        answer = cast.outsider.posts(url, table(cast, url, {"one.pdf": {"of": of}}))
        assert answer.status_code == 422 and "There is no document of yours at this address." in answer.text
        assert "Secret" not in answer.text and len(documents(cast)) == 3


class TestZip:
    def unpacked(self, cast, *members, name="folder.zip", data=None, **more):
        """Share a ZIP; return its table's address and its rows by name."""
        url = sent(cast, cast.chair, (name, data or zipped(*members, **more)))
        return url, {row.name: row for row in rows(cast)}

    def test_each_file_of_a_zip_is_described_with_its_folder(self, cast):
        inner = zipped(("deep.pdf", pdf()))
        url, found = self.unpacked(
            cast, ("a/one.pdf", pdf()), ("a/b/two.pdf", pdf()), ("a/", b""), ("inner.zip", inner),
            ("__MACOSX/._x.pdf", b"x"), (".DS_Store", b"x"),
        )  # fmt: skip
        assert {(row.folder, row.name, row.state) for row in found.values()} == {
            ("a", "one.pdf", "whole"), ("a/b", "two.pdf", "whole"), ("", "inner.zip", "whole"), ("", "folder.zip", "used"),
        }  # fmt: skip
        page = cast.chair.gets(url).text
        assert "a/b/" in page and page.count('name="title-') == 3
        assert cast.chair.posts(url, table(cast, url, publish="1")).status_code == 303
        assert len(documents(cast)) == 3 and facts(cast, "library.imported")[0].title == "3"

    def test_a_zip_can_stay_one_file_and_be_unpacked_later(self, cast):
        answer = shared(
            cast.chair,
            {**together(cast), "unpack": ""},
            ("a.zip", zipped(("x.pdf", pdf()))),
            ("b.pdf", pdf()),
        )
        assert named(cast, "a.zip").state == "whole"
        key = named(cast, "a.zip").key
        assert f"/library/uploads/{key}/unpack" in cast.chair.gets(answer.location).text
        for _turn in range(2):
            assert (
                cast.chair.posts(f"/library/uploads/{key}/unpack", {"idempotency_key": "k"}).location
                == answer.location
            )
        assert named(cast, "x.pdf").state == "whole" and len(rows(cast)) == 3

    def test_paths_that_lead_out_links_and_encrypted_files_are_left_out(self, cast):
        link = zipfile.ZipInfo("link.pdf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        names = ("../up.pdf", "/abs.pdf", "C:\\x\\w.pdf", link, "good.pdf", "virus.exe", "secret.pdf")
        data = bytearray(zipped(*((name, pdf()) for name in names)))
        at = data.rfind(b"PK\1\2")  # the last line of the list: secret.pdf
        data[at + 8] |= 1
        url, found = self.unpacked(cast, data=bytes(data))
        assert {name: (row.state, row.why) for name, row in found.items()} == {
            "up.pdf": ("refused", "path"), "abs.pdf": ("refused", "path"), "w.pdf": ("refused", "path"),
            "link.pdf": ("refused", "link"), "secret.pdf": ("refused", "encrypted"), "virus.exe": ("refused", "type"),
            "good.pdf": ("whole", ""), "folder.zip": ("used", ""),
        }  # fmt: skip
        page = cast.chair.gets(url).text
        assert (
            "leads outside of it" in page
            and "is encrypted" in page
            and "“virus.exe” cannot be shared" in page
        )

    @pytest.mark.parametrize("settings", [{"MAX_LIBRARY_FILE_MB": 1}])
    @pytest.mark.parametrize(
        ("members", "why"),
        [
            ([(f"{n}.pdf", b"x") for n in range(1001)], "many"),
            ([(f"{n}.txt", bytes(1024 * 1024)) for n in range(5)], "large"),
            ([("folder/", b"")], "nothing"),
        ],
    )
    def test_what_is_too_much_stays_one_file(self, cast, settings, members, why):
        url, found = self.unpacked(cast, *members)
        assert [(row.state, row.why) for row in found.values()] == [("whole", why)]
        assert "share it as it is" in cast.chair.gets(url).text
        cast.chair.posts(url, table(cast, url))
        assert [row.file_type for row in documents(cast)] == ["ZIP"]

    @pytest.mark.parametrize("settings", [{"MAX_LIBRARY_FILE_MB": 1}])
    def test_a_member_that_is_larger_than_it_says_is_cut_off(self, cast, settings):
        data = bytearray(
            zipped(("bomb.txt", bytes(900_000)), ("good.pdf", pdf()), ("big.txt", bytes(1024 * 1024 + 1)))
        )
        for sign, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
            where = data.find(sign) + at
            data[where : where + 4] = (10).to_bytes(4, "little")
        _url, found = self.unpacked(cast, data=bytes(data))
        assert {name: (row.state, row.why) for name, row in found.items()} == {
            "bomb.txt": ("refused", "damaged"), "good.pdf": ("whole", ""), "big.txt": ("refused", "size"),
            "folder.zip": ("used", ""),
        }  # fmt: skip

    @pytest.mark.parametrize("data", [b"PK", b"PK\3\4" + b"x" * 500, zipped(("a.pdf", pdf()))[:-30]])
    def test_a_broken_zip_is_said_to_be_broken(self, cast, data):
        url, found = self.unpacked(cast, data=data)
        assert [(row.state, row.why) for row in found.values()] == [("whole", "broken")]
        assert "is damaged" in cast.chair.gets(url).text

    def test_names_in_old_letters_are_guessed(self, cast):
        names = {"cp437": "Müllabfuhr.pdf", "cp1252": "Élysée-Palais.pdf", "utf-8": "تقرير.pdf"}
        holders = {code: code[-1] * len(name.encode(code)) for code, name in names.items()}
        data = zipped(*((holder, pdf()) for holder in holders.values()))
        for code, holder in holders.items():
            data = data.replace(holder.encode(), names[code].encode(code))
        _url, found = self.unpacked(cast, data=data)
        assert set(names.values()) <= set(found)

    def test_a_zip_that_was_cut_goes_on_where_it_was(self, cast, monkeypatch):
        real, taken = uploads.enter, []

        def cut(*args):
            if len(taken) == 2 and args[2].name != "folder.zip":
                raise KeyboardInterrupt
            taken.append(args[2].name)
            return real(*args)

        members = [(f"{n}.pdf", pdf()) for n in range(5)]
        with monkeypatch.context() as patch:
            patch.setattr(uploads, "enter", cut)
            patch.setattr(unpacking.jobs, "enqueue", lambda *_about: None)
            url = sent(cast, cast.chair, ("folder.zip", zipped(*members)))
            number = named(cast, "folder.zip").id
            assert "is being unpacked: 0 of" in cast.chair.gets(url).text
            with cast.app.app_context(), pytest.raises(KeyboardInterrupt):
                unpacking.unpack(number)
        assert named(cast, "folder.zip").values == {"done": 1, "total": 5}
        with cast.app.app_context():
            db.session.execute(sa.update(Upload).values(moved=clock.now() - unpacking.STUCK * 2))
            db.session.commit()
            unpacking.go_on()
        assert sorted(row.name for row in rows(cast)) == [*(f"{n}.pdf" for n in range(5)), "folder.zip"]
        assert named(cast, "folder.zip").state == "used"

    def test_much_is_unpacked_in_parts(self, cast, monkeypatch):
        monkeypatch.setattr(unpacking, "NOW", 300)
        _url, found = self.unpacked(cast, *((f"{n}.pdf", pdf()) for n in range(9)))
        assert len(found) == 10 and found["folder.zip"].state == "used"


def test_a_thousand_files_of_one_plain_form_are_taken_and_saved_page_by_page(cast, monkeypatch):
    monkeypatch.setattr(
        "app.core.jobs.enqueue", lambda *args: None
    )  # no title is read out of a thousand files here
    url = sent(cast, cast.chair, *((f"paper {number}.pdf", pdf()) for number in range(1000)))
    assert len(rows(cast)) == 1000
    assert cast.chair.posts(url, table_page(cast, url)).status_code == 303
    with cast.app.app_context():
        arriving.arrive(batches(cast)[0].id)
    assert len(documents(cast)) == 100
    page = cast.chair.gets(url).text
    assert page.count('name="title-') == 100 and "900 files" in page
    assert cast.chair.posts(url, table_page(cast, url)).status_code == 303


def table_page(cast, url):
    """Return what the table sends as its page stands: everything that has a name in it."""
    page = cast.chair.gets(url).text
    form = table(cast, url)
    shown = set(re.findall(r'name="([a-z]+-[0-9]+)"', page))
    assert len([name for name in shown if name.startswith("title-")]) == 100
    return {name: value for name, value in form.items() if "-" not in name or name in shown}


def test_a_form_that_names_a_thousand_files_that_came_before_is_taken(cast):
    state = came(cast.chair, "one.pdf", pdf())
    form = MultiDict({**together(cast), "upload": state["key"]})
    for number in range(1000):
        form.add("upload", f"{number:040}")
    answer = cast.chair.posts("/library/new", form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert len(documents(cast)) == 1


def test_forms_have_parts_without_end_nowhere(cast):
    number, of_parts = entered(cast, cast.chair), "multipart/form-data"
    many = {f"x{n}": "1" for n in range(3001)}
    assert cast.chair.posts("/library/new", many, content_type=of_parts).status_code == 413
    few = {f"x{n}": "1" for n in range(1001)}
    answer = cast.chair.posts(f"/library/{number}/edit", few, content_type=of_parts)
    assert answer.status_code == 413


def test_more_files_than_a_batch_holds_are_named_and_not_taken(cast, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    url = sent(cast, cast.chair, *((f"{name}.pdf", pdf()) for name in ("one", "two", "three")))
    assert [(row.name, row.state) for row in rows(cast)][-1] == ("three.pdf", "refused")
    assert "one file too many" in cast.chair.gets(url).text


class TestOneThatIsThere:
    def test_a_single_file_that_is_in_the_library_says_so_before_it_is_a_document(self, cast):
        data = pdf()
        number = published(cast, cast.neighbour, data=data, title="Rents in Dakar")
        url = sent(cast, cast.chair, ("rents.pdf", data))
        page = cast.chair.gets(url).text
        assert "The same file is in the library:" in page and f'href="/library/{number}"' in page
        assert len(documents(cast)) == 1
        upload = rows(cast)[0]
        assert re.search(rf'name="leave-{upload.id}" value="y" checked', page)
        assert cast.chair.posts(url, table(cast, url)).status_code == 303  # it is wanted all the same
        assert len(documents(cast)) == 2

    def test_of_one_that_is_hidden_nobody_hears(self, cast):
        data = pdf()
        entered(cast, cast.neighbour, data=data, title="A draft of somebody else")
        assert sent(cast, cast.chair, ("rents.pdf", data)).endswith("/edit")
