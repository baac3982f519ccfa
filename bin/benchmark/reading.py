"""How many pages a second are taken out of files, with all that the limited child does, beside the bare libraries.

Run by bin/bench in a process of its own: python reading.py PAGES ROUNDS. Both are processes that start, read, and write what they
found; the figure is their processor time.
"""

import importlib.util
import io
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

import docx
from fpdf import FPDF
from servers import ROOT

WORDS = (
    "Collecting accounts of discrimination asks people to repeat something painful. A city should begin only when it knows "
    "what it will do with the answer, who reads it, how long it is kept, and how a person takes it back. "
)
BARE_PDF = """
import sys, pypdfium2
pages = pypdfium2.PdfDocument(sys.argv[1])
with open(sys.argv[2], "w") as out:
    for page in pages:
        out.write(page.get_textpage().get_text_range())
"""
BARE_DOCX = """
import sys, docx
with open(sys.argv[2], "w") as out:
    for paragraph in docx.Document(sys.argv[1]).paragraphs:
        out.write(paragraph.text)
"""


def a_pdf(pages):
    """A PDF of so many full pages, each third with a heading."""
    made = FPDF()
    for number in range(pages):
        made.add_page()
        if number % 3 == 0:
            made.set_font("Helvetica", "B", 20)
            made.multi_cell(0, 10, f"{number // 3 + 1}. What a city knows", new_x="LMARGIN", new_y="NEXT")
        made.set_font("Helvetica", size=11)
        for part in range(5):
            made.multi_cell(0, 6, f"{number}.{part} {WORDS * 3}", new_x="LMARGIN", new_y="NEXT")
            made.ln(3)
    return bytes(made.output())


def a_docx(pages):
    """A DOCX of as many pages of 15 paragraphs, each with a heading."""
    made = docx.Document()
    for number in range(pages):
        made.add_heading(f"What a city knows, {number}", 2)
        for _part in range(15):
            made.add_paragraph(WORDS)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def taking():
    """Our side without the app around it, as the child knows it."""
    spec = importlib.util.spec_from_file_location("bare", ROOT / "app/core/child.py")
    bare = importlib.util.module_from_spec(spec)
    sys.modules["bare"] = bare
    spec.loader.exec_module(bare)
    sys.path.insert(0, str(ROOT))
    sys.meta_path.insert(0, bare.Bare())
    return importlib.import_module("app.library.reading.taking")


def seconds(work):
    """The processor time of the processes that a work starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        work(pathlib.Path(folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    """Measure in turns."""
    pages, rounds = int(sys.argv[1]), int(sys.argv[2])
    ours = taking()
    with tempfile.TemporaryDirectory() as folder:
        pdf, text = pathlib.Path(folder, "a.pdf"), pathlib.Path(folder, "a.docx")
        pdf.write_bytes(a_pdf(pages))
        text.write_bytes(a_docx(pages))

        def bare(script, source):
            return lambda place: subprocess.run(
                [sys.executable, "-c", script, source, place / "out"], check=True
            )

        def mine(reader, source, drawn):
            def work(place):
                ours.FIRST_PICTURES = drawn
                ours.take(reader, str(source), place)

            return work

        works = {
            "bare pdf": bare(BARE_PDF, pdf), "pdf": mine("pdf", pdf, 0), "pdf with pictures": mine("pdf", pdf, 10),
            "bare docx": bare(BARE_DOCX, text), "docx": mine("docx", text, 0),
        }  # fmt: skip
        found = {name: [] for name in works}
        for _round in range(rounds):
            for name, work in works.items():
                found[name].append(seconds(work))
    print(json.dumps({"pages": pages, **found}))


if __name__ == "__main__":
    main()
