"""The words for what is stored as a key."""

from app.core.languages import lazy
from app.members.seat_forms import role_word as role_word

STATES = {
    "open": (lazy("Waits for an answer"), "tag--go"),
    "expired": (lazy("Too old"), "tag--late"),
    "unsent": (lazy("Not sent yet"), ""),
    "accepted": (lazy("Taken up"), "tag--done"),
    "declined": (lazy("Turned down"), ""),
    "withdrawn": (lazy("Withdrawn"), ""),
}
REQUESTS = {
    "waiting": (lazy("Waits for an answer"), "tag--go"),
    "approved": (lazy("Yes"), "tag--done"),
    "declined": (lazy("No"), ""),
    "withdrawn": (lazy("Taken back"), ""),
}
STAGES = {
    "contact": lazy("The first contact is asked"),
    "coalition": lazy("The coalition is asked"),
    "secretariat": lazy("The secretariat is asked"),
}
ASKED = {
    "contact": lazy("The first contact of the organisation reads it."),
    "coalition": lazy("The facilitators of the coalition read it."),
    "secretariat": lazy("The secretariat reads it."),
}
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": lazy("Western European (Windows)"),
    "cp1256": lazy("Arabic (Windows)"),
    "cp1251": lazy("Cyrillic (Windows)"),
}
DELIMITERS = {
    "": lazy("Guess"),
    ",": lazy("Comma"),
    ";": lazy("Semicolon"),
    "\t": lazy("Tab"),
    "|": lazy("Bar"),
}
UNREADABLE = {
    "rows": lazy("It has more than 2,000 lines. Send it in parts."),
    "columns": lazy("It has more than 40 columns. Leave out what is not needed."),
    "cells": lazy("A cell holds more than 1,000 characters."),
    "large": lazy("Unpacked it is too large to be read."),
    "empty": lazy("Nothing is in it."),
    "encoding": lazy("The letters do not fit. Choose others below."),
    "kind": lazy("It is no table that can be read here. Save it as XLSX or CSV."),
}
