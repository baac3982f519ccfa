"""The work of a child: rows become a workbook. Its library would stay in the memory of the process that uses it."""

import json
import pathlib

import openpyxl


def write(source: str, result: str) -> None:
    """Write the rows of a file of JSON, lists of words, as a workbook of one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title="1")
    for row in json.loads(pathlib.Path(source).read_text("utf-8")):
        sheet.append(row)
    book.save(result)
