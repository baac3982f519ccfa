"""Who may do what in the library."""

import typing as t

from app.rights.basics import FACILITATES, Who, own, space_of


def curates(who: Who, thing: t.Any) -> bool:
    """Librarians and facilitators of the thing's space, and the secretariat."""
    return who.steward or who.role_in(space_of(thing)) in (*FACILITATES, "librarian")


def tends(who: Who, document: t.Any) -> bool:
    """Who entered a document, who may publish for its organisation, and who looks after the library of its home."""
    spoken = document.organisation_id is not None and who.voice(document.organisation_id) is not None
    return own(who, document) or spoken or curates(who, document)


def arranges(who: Who, collection: t.Any) -> bool:
    """Change a collection: who made it, and who looks after the library of its group."""
    return own(who, collection) or curates(who, collection)


def may_describe(who: Who, document: t.Any) -> bool:
    """Describe a document and put in versions, as long as it is not withdrawn."""
    return document.state != "withdrawn" and tends(who, document)


def may_translate(who: Who, edition: t.Any) -> bool:
    """Put in the file of an edition: who looks after the document, and who offered to translate it."""
    volunteer = who.id is not None and who.id == edition.volunteer_id
    return edition.document.state != "withdrawn" and (volunteer or tends(who, edition.document))


def may_publish(who: Who, document: t.Any) -> bool:
    """Publish, plan, have reviewed or throw away what nobody reads yet."""
    return document.state in ("draft", "review", "planned") and tends(who, document)


def may_end(who: Who, document: t.Any) -> bool:
    """Withdraw a document that is read, or say what stands in its place."""
    return document.state in ("published", "superseded") and tends(who, document)


def may_open(who: Who, document: t.Any) -> bool:
    """Open a document that is read for further people, with or without an account."""
    return document.state in ("published", "superseded") and tends(who, document)


def may_review(who: Who, review: t.Any) -> bool:
    """Answer what one was asked about a document."""
    return who.id is not None and who.id == review.reviewer_id


def keeps_some_library(who: Who, _thing: t.Any) -> bool:
    """Bring things over: whoever looks after the library of some group, and the secretariat."""
    return who.steward or any(group.role in (*FACILITATES, "librarian") for group in who.groups)
