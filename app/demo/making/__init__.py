"""Makes the files of the sample documents: PDF, DOCX, XLSX, PPTX and ODT, always the same bytes for the same words."""

from app.demo.making import odt, office, pdf
from app.demo.making.blocks import Paper

MAKERS = {"pdf": pdf.make, "docx": office.docx, "xlsx": office.xlsx, "pptx": office.pptx, "odt": odt.make}


def make(kind, paper):
    """The bytes of one file."""
    return MAKERS[kind](paper)


__all__ = ["MAKERS", "Paper", "make"]
