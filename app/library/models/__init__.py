"""The tables of the library. Other files import them from here; the parts use each other."""

from app.library.models.access import AccessRequest, DocumentDay, Grant, GuestLink
from app.library.models.collections import Collection, CollectionItem, Placement
from app.library.models.documents import STATES, Document, DocumentFacet, Edition, Review, Term
from app.library.models.incoming import Upload, UploadBatch
from app.library.models.versions import Page, Version

__all__ = [
    "STATES", "AccessRequest", "Collection", "CollectionItem", "Document", "DocumentDay", "DocumentFacet", "Edition",
    "Grant", "GuestLink", "Page", "Placement", "Review", "Term", "Upload", "UploadBatch", "Version",
]  # fmt: skip
