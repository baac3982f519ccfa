"""Files: kept under the hash of their content, given out by one route that asks the rule.

The row is written only after the bytes are safe (write, fsync, rename), so there is never a row without its
file; a file without a row is swept away later. Type and disposition come from the content, never from the name.
Other rooms use what is named here; the parts use each other.
"""

from app.core.files.downloads import bp, download, given_out, on_download
from app.core.files.keeping import CHUNK, attach, attach_bytes, keep, keep_path, of
from app.core.files.models import Attachment, Blob, Empty, Kept, TooLarge
from app.core.files.stores import BucketStore, FolderStore, store
from app.core.files.sweeping import forget, sweep
from app.core.files.types import INLINE, LISTED, PICTURES, PLAIN_BYTES, TYPES, clean_name, listed_in, type_of

__all__ = [
    "CHUNK", "INLINE", "LISTED", "PICTURES", "PLAIN_BYTES", "TYPES", "Attachment", "Blob", "BucketStore", "Empty",
    "FolderStore", "Kept", "TooLarge", "attach", "attach_bytes", "bp", "clean_name", "download", "forget", "given_out",
    "keep", "keep_path", "listed_in", "of", "on_download", "store", "sweep", "type_of",
]  # fmt: skip
