"""Reading: what stands in a file of the library, taken out in a limited child process and kept as pages.

Other rooms and the other files of the library use what is named here; the parts use each other.
"""

from app.library.reading.types import TYPES, Type, suffix, tile

__all__ = ["TYPES", "Type", "suffix", "tile"]
