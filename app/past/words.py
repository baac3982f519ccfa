"""The words for what is stored as a key."""

import typing as t

from app.arrivals.words import DELIMITERS, ENCODINGS
from app.core.batches import STATES
from app.core.languages import lazy

KINDS: dict[str, t.Any] = {
    "archive": lazy("Files in a ZIP"),
    "table": lazy("Table of documents"),
    "ris": lazy("References (RIS)"),
    "bibtex": lazy("References (BibTeX)"),
    "mails": lazy("Mailing list (mbox)"),
    "forum": lazy("Forum (JSON lines)"),
}
MEANINGS: dict[str, t.Any] = {
    "": lazy("Leave out"),
    "title": lazy("Title"),
    "abstract": lazy("Summary"),
    "authors": lazy("Authors"),
    "editors": lazy("Editors"),
    "publisher": lazy("Publisher"),
    "date": lazy("Date"),
    "language": lazy("Language"),
    "type": lazy("Type"),
    "series": lazy("Series"),
    "number": lazy("Number in the series"),
    "licence": lazy("Licence"),
    "themes": lazy("Themes"),
    "keywords": lazy("Keywords"),
    "countries": lazy("Countries"),
    "sdgs": lazy("SDGs"),
    "commitments": lazy("Commitments"),
    "targets": lazy("For whom"),
    "organisation": lazy("Organisation"),
    "doi": lazy("DOI"),
    "isbn": lazy("ISBN"),
    "issn": lazy("ISSN"),
    "unesdoc": lazy("UNESDOC number"),
    "link": lazy("Address on the web"),
    "archive": lazy("Address of an archived copy"),
    "file": lazy("Name of the file"),
    "folder": lazy("Collection"),
    "item": lazy("File or folder"),
    "id": lazy("Number in the source"),
}
REFUSED: dict[str, t.Any] = {
    "empty": lazy("Nothing is in it."),
    "kind": lazy(
        "It is none of the kinds that can be brought over. The kinds are listed on the page before."
    ),
    "mails": lazy("It holds no mails that can be read. Save the mailing list as mbox."),
    "archive": lazy("The ZIP is damaged. Pack the files again."),
    "files": lazy("It holds more than 5,000 files. Send it in parts."),
    "large": lazy("Unpacked it is too large to be read. Send it in parts."),
    "rows": lazy("It has more than 20,000 lines. Send it in parts."),
    "columns": lazy("It has more than 60 columns. Leave out what is not needed."),
    "cells": lazy("A cell holds more than 20,000 characters."),
    "encoding": lazy("The letters do not fit. Choose others below."),
    "manifest": lazy("The manifest cannot be read. Save it as CSV, XLSX or JSON."),
    "json": lazy("It is no JSON that can be read here. Save it with one post on each line."),
    "slow": lazy("Reading it took too long. Send it in parts."),
    "broken": lazy("It cannot be read. Save it anew, or send it in parts."),
}
FAULTS: dict[str, t.Any] = {
    "untitled": lazy("It has no title."),
    "entry": lazy("This entry is broken."),
    "missing": lazy("There is no file of this name in the ZIP."),
    "several": lazy("There are several files of this name in the ZIP."),
    "named_twice": lazy("This file was described on an earlier line."),
    "locked": lazy("This file is locked with a password."),
    "name": lazy("The name of this file leads out of its folder, or is too long."),
    "bomb": lazy("Unpacked this file would be far larger than it says."),
    "nothing": lazy("This file is empty."),
    "damaged": lazy("This file is damaged."),
    "large_file": lazy("This file is larger than the library takes."),
    "type_of_file": lazy("The library takes no files of this type."),
    "same": lazy("The same document stands in it twice."),
    "no_file": lazy("Taken in without its file: files come in a ZIP."),
    "mail": lazy("This mail is broken."),
    "date": lazy("It has no date that can be read."),
    "large": lazy("It is too large."),
    "no_words": lazy("It says nothing."),
    "nobody": lazy("It does not say who wrote it."),
    "twice": lazy("The same post stands in it twice."),
    "too_many": lazy("There are too many: from here on nothing is read."),
    "shortened": lazy("It is too long, and was shortened."),
    "json": lazy("This line cannot be read."),
    "language": lazy("This language is not known here."),
    "type": lazy("This type is not on the list."),
    "licence": lazy("This licence is not on the list."),
    "series": lazy("This series is not on the list."),
    "themes": lazy("This theme is not on the list."),
    "targets": lazy("This target group is not on the list."),
    "commitments": lazy("This is none of the ten commitments."),
    "sdgs": lazy("This is none of the seventeen goals."),
    "archive": lazy("This is no whole address, like https://www.example.org."),
    "inside": lazy("Its licence says: internal, do not share. It was entered for members of the network."),
    "identifier": lazy("This number is none: its digits do not fit."),
    "organisation": lazy(
        "You cannot share for this organisation: the document stands under your choice below."
    ),
    "languages": lazy("A document is in one language; it was entered in the first that is named."),
    "countries": lazy("This country is not known here."),
    "link": lazy("This is no whole address, like https://www.example.org."),
    "date_kept_out": lazy("This is no date that can be read."),
}

__all__ = ["DELIMITERS", "ENCODINGS", "FAULTS", "KINDS", "MEANINGS", "REFUSED", "STATES"]
