"""What each app compiles anew, compiled once for all apps of a worker, or when it is wanted: most of what a test costs."""

import hashlib

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


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


class LazyRule(Rule):
    """A route whose function for building addresses is made when one is built, which tests seldom want."""

    def _compile_builder(self, append_unknown=True):
        made = []

        def build(rule, **values):
            if not made:
                made.append(super()._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build
