"""Makes the small files attached to sample discussions: always the same bytes for the same description."""

import csv
import io
import struct
import zipfile
import zlib
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make(paper):
    """The bytes of one described attachment."""
    return MAKERS[paper["kind"]](paper)


def text(paper):
    """Plain text, one line each."""
    return ("\n".join(paper["lines"]) + "\n").encode("utf-8")


def sheet(paper):
    """A CSV file with a mark at its head, so that spreadsheet programs read the accents."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(paper["rows"])
    return out.getvalue().encode("utf-8-sig")


def pdf(paper):
    """One page of A4 with a heading and lines, in a font every reader has."""
    lines = [(18, paper["title"]), *((11, line) for line in paper["lines"])]
    shown = "\n".join(f"/F1 {size} Tf ({_pdf_words(words)}) Tj 0 -26 Td" for size, words in lines)
    stream = f"BT 60 770 Td\n{shown}\nET".encode("cp1252")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _pdf_file(parts)


def _pdf_words(words):
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_file(parts):
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail


def docx(paper):
    """A Word document of one heading and its lines."""
    lines = [paper["title"], *paper["lines"]]
    words = "".join(_docx_line(line, bold=n == 0) for n, line in enumerate(lines))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{words}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            box.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode(), zipfile.ZIP_STORED)
    return out.getvalue()


def _docx_line(words, bold):
    right_to_left = any("\u0600" <= letter <= "\u06ff" for letter in words)
    way = ("<w:pPr><w:bidi/></w:pPr>", "<w:rtl/>") if right_to_left else ("", "")
    look = f"<w:rPr>{'<w:b/>' if bold else ''}{way[1]}</w:rPr>"
    return f'<w:p>{way[0]}<w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'


def picture(_paper):
    """Six empty boxes on a page, as a small PNG without any words."""
    rows = b"".join(b"\x00" + bytes(_grey(x, y) for x in range(240)) for y in range(160))
    head = struct.pack(">IIBBBBB", 240, 160, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _grey(x, y):
    edge = min(x % 80, 79 - x % 80) == 8 and 8 <= y % 80 <= 71
    return 40 if edge or (min(y % 80, 79 - y % 80) == 8 and 8 <= x % 80 <= 71) else 255


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


MAKERS = {"txt": text, "csv": sheet, "pdf": pdf, "docx": docx, "png": picture}
