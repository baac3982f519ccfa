"""Citations in six styles and the forms that other programs read."""

import hashlib
import html
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import bibtexparser
import pytest
import rispy

from app.library import citing, exports, record
from tests import papers
from tests.stories.test_library_list import LINK

STYLES = citing.FOLDER


@pytest.fixture
def paper(cast):
    return papers.published(
        cast, cast.chair, title="Homes & <b>rights</b>: 100 % of {us}", sight="public", official=True, type="report",
        date="2017-06", themes=["housing"], licence="cc-by-4.0", language="en", abstract="Line one.\nLine two.",
        credits=[
            {"kind": "outside", "name": "Ana Muster", "role": "author"},
            {"kind": "organisation", "id": 1, "name": "Office of {Rights}", "role": "author"},
            {"kind": "outside", "name": "Example, Rea", "role": "editor"},
        ],
        identifiers=[{"scheme": "doi", "value": "10.5555/x_y"}, {"scheme": "isbn", "value": "978-92-3-100000-0"}],
        **LINK,
    )  # fmt: skip


EXPECTED = {
    "apa": ["Muster, A., & Office of {Rights}. (2017).", "https://doi.org/10.5555/x_y"],
    "chicago": ["Muster, A., and Office of {Rights}. 2017.", "https://doi.org/10.5555/x_y"],
    "harvard": ["Muster, A. and Office of {Rights} (2017)"],
    "ieee": ["A. Muster and Office of {Rights}", "Jun. 2017"],
    "mla": ["Muster", "June 2017"],
    "vancouver": ["Muster A, Office of {Rights}.", "2017 Jun"],
}


def test_six_styles_are_ready_to_copy(cast, paper):
    page = cast.visitor.gets(f"/library/{paper}/cite")
    texts = dict(re.findall(r'<p class="cite mt-s" id="cite-(\w+)"[^>]*>([^<]*)</p>', page.text))
    assert list(texts) == list(citing.STYLES)
    for style, parts in EXPECTED.items():
        said = html.unescape(texts[style])
        assert all(part in said for part in parts), (style, said)
        assert not re.match(r"\[?1[\].]", said) and "Homes & ‹b›rights‹/b›" in said.replace(
            "Rights‹", "rights‹"
        )


def test_the_words_of_a_citation_follow_the_reader(cast, paper):
    page = cast.visitor.gets(f"/library/{paper}/cite", headers={"Accept-Language": "fr"})
    assert "Muster, A. et Office of {Rights} (2017)" in page.text


def test_a_page_makes_its_citation_once(cast, paper, monkeypatch):
    asked = []
    real = citing.cited
    monkeypatch.setattr(citing, "cited", lambda *args: asked.append(args[1]) or real(*args))
    for _time in range(3):
        page = cast.visitor.gets(f"/library/{paper}", follow_redirects=True)
    assert asked == ["apa"] and "Muster, A., &amp; Office" in page.text


def exported(cast, paper, ending):
    answer = cast.visitor.gets(f"/library/{paper}/cite.{ending}")
    assert answer.status_code == 200 and answer.mimetype == exports.ENDINGS[ending]
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.text


def test_bibtex_is_read_back(cast, paper):
    found = bibtexparser.parse_string(exported(cast, paper, "bib"))
    assert not found.failed_blocks
    (entry,) = found.entries
    fields = {field.key: field.value for field in entry.fields}
    assert entry.entry_type == "techreport" and re.fullmatch(r"[a-z]+2017-\d+", entry.key)
    assert fields["title"] == r"{Homes \& <b>rights</b>: 100 \% of \{us\}}" and fields["year"] == "2017"
    assert fields["author"] == r"Muster, Ana and {Office of \{Rights\}}" and fields["doi"] == r"10.5555/x\_y"


def test_ris_is_read_back(cast, paper):
    (entry,) = rispy.loads(exported(cast, paper, "ris"))
    assert entry["type_of_reference"] == "RPRT" and entry["authors"] == ["Muster, Ana", "Office of {Rights}"]
    assert entry["abstract"] == "Line one. Line two." and entry["doi"] == "10.5555/x_y"
    assert entry["keywords"] == ["Housing"]


def test_csl_json_dublin_core_and_datacite(cast, paper):
    (item,) = json.loads(exported(cast, paper, "csl.json"))
    assert (
        item["type"] == "report" and item["issued"] == {"date-parts": [[2017, 6]]} and "accessed" not in item
    )
    root = ElementTree.fromstring(exported(cast, paper, "dc.xml"))
    terms = [(one.tag.partition("}")[2], one.text) for one in root]
    assert ("title", "Homes & <b>rights</b>: 100 % of {us}") in terms and ("date", "2017-06") in terms
    made = json.loads(exported(cast, paper, "datacite.json"))
    assert made["doi"] == "10.5555/x_y" and made["publicationYear"] == 2017
    assert made["creators"][0] == {
        "name": "Muster, Ana", "nameType": "Personal", "familyName": "Muster", "givenName": "Ana",
    }  # fmt: skip
    assert made["types"] == {"resourceTypeGeneral": "Report", "resourceType": "Report"}


class Microdata(HTMLParser):
    """Reads the items of a page as a search engine does: their types, and what is said of them."""

    def __init__(self):
        super().__init__()
        self.types, self.said, self.open = [], [], 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.open += tag == "span"
        self.types += [attrs["itemtype"]] if "itemtype" in attrs else []
        if tag in ("meta", "link"):
            self.said.append((attrs["itemprop"], attrs.get("content", attrs.get("href"))))

    def handle_endtag(self, tag):
        self.open -= tag == "span"


def test_the_page_tells_machines_what_it_is_about(cast, paper):
    page = cast.visitor.gets(f"/library/{paper}", follow_redirects=True).text
    (block,) = re.findall(r"<div hidden>(<span itemscope.*?)</div>", page, re.S)
    read = Microdata()
    read.feed(block)
    assert read.types[0] == "https://schema.org/Report" and "https://schema.org/Person" in read.types
    assert ("name", "Homes & <b>rights</b>: 100 % of {us}") in read.said and (
        "name",
        "Ana Muster",
    ) in read.said
    assert ("datePublished", "2017-06") in read.said and ("identifier", "doi:10.5555/x_y") in read.said
    assert "<b>" not in block and read.open == 0  # what is in it cannot end it
    assert '<meta name="citation_publication_date" content="2017/06">' in page
    assert '<meta name="DC.creator" content="Ana Muster">' in page
    assert f'href="/library/{paper}/cite.bib"' in page and 'rel="canonical"' in page


def test_what_is_not_open_is_not_cited(cast, paper):
    draft = papers.entered(cast, cast.chair, **LINK)
    assert cast.visitor.gets(f"/library/{draft}/cite").status_code == 404
    assert cast.chair.gets(f"/library/{draft}/cite.bib").status_code == 303
    assert "schema.org" not in cast.chair.gets(f"/library/{draft}", follow_redirects=True).text
    inner = papers.published(cast, cast.chair, space="circle", sight="space", **LINK)
    for tail in ("cite", "cite.bib", "cite.datacite.json"):
        assert cast.outsider.gets(f"/library/{inner}/{tail}").status_code == 404
    assert cast.visitor.gets(f"/library/{paper}/cite.exe").status_code == 303


@pytest.mark.parametrize(
    "name, taken",
    [
        ("Ana Muster", ("Muster", "Ana")),
        ("Muster, Ana Maria", ("Muster", "Ana Maria")),
        ("Ana Maria Muster", ("", "")),
        ("محمد علي", ("", "")),
        ("Office", ("", "")),
    ],
)
def test_names_are_taken_apart_only_where_that_is_safe(name, taken):
    found = record.name_of(name, "author", True)
    assert (found.family, found.given) == taken and found.whole == name


def test_styles_are_the_files_that_were_taken():
    told = (STYLES / "README.md").read_text()
    sums = dict(re.findall(r"\| ([\w-]+\.csl) \|[^|]*\| ([0-9a-f]{64}) \|", told))
    assert (
        set(sums)
        == {path.name for path in STYLES.glob("*.csl")}
        == {f"{one[1]}.csl" for one in citing.STYLES.values()}
    )
    for name, wanted in sums.items():
        data = (STYLES / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == wanted
        assert b"creativecommons.org/licenses/by-sa/3.0" in data
    assert "Attribution-ShareAlike 3.0" in (STYLES / "LICENCE.txt").read_text()


def test_no_start_waits_for_the_styles(tmp_path):
    ask = "import sys; from app import create_app; create_app(ROLE='web'); print('citeproc' in sys.modules)"
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "INSTANCE_DIR": str(tmp_path),
        "FLASK_SKIP_DOTENV": "1",
    }
    said = subprocess.run(
        [sys.executable, "-c", ask], env=environ, capture_output=True, text=True, timeout=60
    )
    assert said.stdout == "False\n", said.stderr


def test_public_documents_stand_on_the_map_of_the_site(cast, paper, monkeypatch):
    inner = papers.published(cast, cast.chair, title="Inner", **LINK)
    text = cast.visitor.gets("/sitemap.xml").text
    assert f"/library/{paper}-" in text and f"/library/{inner}-" not in text
