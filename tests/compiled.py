"""What each app compiles anew, compiled once for all apps of a worker: most of what a test costs."""

import hashlib
import typing as t

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from app.core.lazy import LazyRule


class Compiled(BytecodeCache):
    """Keeps the code of each template for each language: its words are set into it (see app/core/templates.py)."""

    def __init__(self):
        self.kept = {}

    def get_bucket(self, environment, name, filename, source):
        """Return what is known of exactly this text in this language."""
        digest = hashlib.sha256(source.encode()).hexdigest()
        bucket = Bucket(environment, f"{environment.language}:{name}:{digest}", digest)
        bucket.code = self.kept.get(bucket.key)
        return bucket

    def set_bucket(self, bucket):
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.code


COMPILED = Compiled()


class KnownRule(LazyRule):
    """A route that is taken apart once for all apps."""

    parsed: t.ClassVar = {}

    def compile(self):
        """Take the parts of the first rule of this text; what they convert with does not depend on the app."""
        key = (self.rule, self.merge_slashes, self.host or self.subdomain, self.map.host_matching)
        if key not in self.parsed:
            super().compile()
            self.parsed[key] = self._parts, self._trace, self._converters
            return
        self._parts, self._trace, self._converters = self.parsed[key]
        self.arguments.update(self._converters)
        self._build = self._compile_builder(False).__get__(self, None)
        self._build_unknown = self._compile_builder(True).__get__(self, None)
