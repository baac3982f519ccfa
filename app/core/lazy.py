"""Routes that start quickly: the function by which one builds addresses is made when its first address is built."""

import typing as t

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A route. Writing code for all that may ever be linked to was a fifth of each start."""

    def _compile_builder(self, append_unknown: bool = True) -> t.Callable[..., t.Any]:
        made: list[t.Callable[..., t.Any]] = []
        make = super()._compile_builder

        def build(rule: Rule, **values: t.Any) -> t.Any:
            if not made:
                made.append(make(append_unknown))
            return made[0](rule, **values)

        return build
