"""Templates, compiled once for each language: what never changes is set into them then.

A page of ours asks some sixty times for a word of the catalogue, an icon or the address of a file. Their
arguments are written in the template, so the answers are looked up when it is compiled, and what is left of
the frame is a few long strings. Calls with values (`_('Hello %(name)s', name=x)`) are asked each time.
"""

import collections
import functools
import types
import typing as t

import flask.templating
from flask import Flask, current_app
from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from app.core.languages import catalogue, language

FIXED = frozenset({"_", "gettext", "icon", "asset"})  # pure functions of their arguments and the language


class Words(NodeTransformer):
    """Puts the answer where a fixed function is called with constants alone."""

    def __init__(self, environment: "Environment", shadowed: frozenset[str]) -> None:
        self.environment, self.shadowed = environment, shadowed

    def visit_Call(self, node: nodes.Call, *args: t.Any, **kwargs: t.Any) -> nodes.Node:
        """Replace one call, or leave it and look further inside."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in FIXED - self.shadowed or not _constant(node):
            return self.generic_visit(node, *args, **kwargs)
        values = [t.cast(nodes.Const, arg).value for arg in node.args]
        return nodes.TemplateData(str(self.environment.answer(name, values)), lineno=node.lineno)


def _constant(node: nodes.Call) -> bool:
    plain = not node.kwargs and node.dyn_args is None and node.dyn_kwargs is None
    return plain and all(isinstance(arg, nodes.Const) for arg in node.args)


_PLAIN = (types.FunctionType, types.MethodType, functools.partial, type(functools.cache(len)))


class FastContext(Context):
    """Calls plain functions without asking first whether they want the context: none of ours does."""

    def call(__self, __obj: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Call what a template calls."""
        if type(__obj) not in _PLAIN:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class Environment(flask.templating.Environment):
    """Flask's environment; `in_language` lends one for each language."""

    language = ""
    context_class = FastContext

    def __init__(self, app: t.Any, **options: t.Any) -> None:
        """Keep every template: there are a few hundred, and a cache that drops some looks through all of them each time."""
        super().__init__(app, **{**options, "cache_size": -1})

    def answer(self, name: str, values: list[t.Any]) -> t.Any:
        """Return what a fixed function says in this language."""
        if name in ("_", "gettext"):
            return catalogue(self.language).gettext(*values)
        return t.cast(t.Any, self.globals[name])(*values)

    def _generate(self, source: nodes.Template, *args: t.Any, **kwargs: t.Any) -> str:
        if self.language:
            named = (node.name for node in source.find_all(nodes.Name) if node.ctx != "load")
            source = Words(self, frozenset(named)).visit(source)
        return super()._generate(source, *args, **kwargs)

    def make_globals(self, d: t.MutableMapping[str, t.Any] | None) -> t.MutableMapping[str, t.Any]:
        """Hand templates the environment's own words, not a chain of dictionaries that is slow to compare."""
        return collections.ChainMap(d, self.globals) if d else self.globals

    def in_language(self, code: str) -> "Environment":
        """Return this environment as it speaks one language; its templates are compiled apart."""
        known = self.__dict__.setdefault("languages", {})
        if code not in known:
            own = known[code] = t.cast(Environment, self.overlay())
            own.language = code
        return t.cast(Environment, known[code])


def render(template: str, **values: t.Any) -> str:
    """Return a template rendered with our words and values alone, in the language in use."""
    env = t.cast(Environment, current_app.jinja_env)
    return env.in_language(language()).get_template(template).render(values)


def register(app: Flask) -> None:
    """Let the app compile its templates here. Before anything asks for app.jinja_env."""
    app.jinja_environment = Environment
