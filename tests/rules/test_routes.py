"""Every route is open to visitors on purpose or names the rules that it asks; every rule is asked somewhere."""

import pathlib
import re

import pytest
from flask import g

from app.core import policy
from app.rules import TABLE
from tests.databases import ROOT
from tests.rules import world as worlds
from tests.rules.world import client_of, endpoints, filled, forms

SCRIPTS = ("GET", "POST")


def views(app):
    return {
        endpoint: app.view_functions[endpoint] for method in SCRIPTS for endpoint in endpoints(app, method)
    }


def test_every_view_is_public_or_names_its_rules(app):
    bare = [
        name
        for name, view in views(app).items()
        if not getattr(view, "is_public", False) and not hasattr(view, "rules")
    ]
    assert bare == []


def test_every_named_rule_is_in_the_table(app):
    named = {rule for view in views(app).values() for rule in getattr(view, "rules", ())}
    assert named - set(TABLE) == set()


def test_every_rule_is_asked_by_a_route_or_for_a_button(app):
    named = {rule for view in views(app).values() for rule in getattr(view, "rules", ())}
    assert set(TABLE) - named - asked_for_buttons() == set()


def asked_for_buttons():
    """The rules in can("…") and allowed(…, "…") of templates and code."""
    found = set()
    for folder, ending in (("templates", "html"), ("app", "py")):
        for path in pathlib.Path(ROOT, folder).rglob(f"*.{ending}"):
            found |= set(
                re.findall(r"\b(?:can|allowed)\([^()]*?[\"']([a-z]+\.[a-z_]+)[\"']", path.read_text())
            )
    return found


def test_only_get_and_post(app):
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods}
    assert methods <= {"GET", "POST", "HEAD", "OPTIONS"}


def test_every_route_has_an_example(app, world):
    """So that the walks below, and those of other tests, leave none out."""
    assert endpoints(app, "GET") - set(worlds.pages(world)) == set()
    assert set(worlds.pages(world)) - endpoints(app, "GET") == set()
    sent = {endpoint for endpoint, _deed in forms(world)}
    assert (endpoints(app, "POST") - sent, sent - endpoints(app, "POST")) == (set(), set())


@pytest.fixture
def asked(app):
    """What each answer had asked: endpoint, status, rules."""
    seen = []

    @app.after_request
    def keep(answer):
        from flask import request

        seen.append((request.endpoint, answer.status_code, set(g.asked)))
        return answer

    return seen


def test_a_view_that_names_rules_has_asked_one_of_them(app, asked, world):
    """Naming is not asking: whatever answers well has gone through require() with a rule that it names."""
    silent = []
    for endpoint, (who, path) in worlds.pages(world).items():
        del asked[:]
        answer = client_of(world, who).get(path)
        answer.close()
        silent += unasked(app, asked)
        assert answer.status_code in (200, 301, 302, 303, 503), (endpoint, path, answer.status_code)
    for form in forms(world).values():
        del asked[:]
        answer = client_of(world, form.who).post(form.path, data=filled(form))
        silent += unasked(app, asked)
        assert answer.status_code in (200, 204, 303, 422, 403, 404), (form.path, answer.status_code)
    assert not silent, silent


def unasked(app, asked):
    return [
        (endpoint, status)
        for endpoint, status, rules in asked
        if status < 400 and named(app, endpoint) and not rules & named(app, endpoint)
    ]


def named(app, endpoint):
    return set(getattr(app.view_functions[endpoint], "rules", ()))


def test_a_bare_view_that_is_added_at_run_time_asks_for_sign_in(app, cast):
    app._got_first_request = False
    app.add_url_rule("/bare", "bare", lambda: "secret", methods=["GET", "POST"])
    answer = cast.visitor.client.get("/bare?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/bare%3Fa%3D1")
    assert cast.visitor.client.post("/bare").status_code == 303
    assert cast.visitor.client.get("/bare", headers={"X-Requested-With": "fetch"}).status_code == 401
    assert cast.outsider.client.get("/bare").text == "secret"


def test_visitors_reach_nothing_that_is_not_public(app, world):
    """Walk every address without an account: what is not public leads to the door, whatever the method."""
    client = world.cast.visitor.client
    for endpoint, (_who, path) in worlds.pages(world).items():
        if not getattr(app.view_functions[endpoint], "is_public", False):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Location"][:9]) == (303, "/sign-in?"), path
    for (endpoint, _deed), form in forms(world).items():
        if not getattr(app.view_functions[endpoint], "is_public", False):
            answer = client.post(form.path, data=filled(form))
            assert (answer.status_code, answer.headers["Location"][:9]) == (303, "/sign-in?"), form.path


def test_a_rule_that_is_not_in_the_table_cannot_be_asked(app):
    with app.test_request_context("/"), pytest.raises(KeyError):
        policy.can("board.dance")
