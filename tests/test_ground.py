"""The ground: it starts with nothing set, and what is not public asks for sign-in."""


def test_it_starts_and_answers(cast):
    assert cast.visitor.gets("/healthz").text == "ok\n"
    assert cast.visitor.gets("/nothing-here").status_code == 404


def test_readiness_names_its_parts(cast):
    answer = cast.visitor.gets("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] == "ok"
    assert answer.json["jobs"] == "silent"


def test_a_bare_view_asks_for_sign_in(app, cast):
    app.add_url_rule("/bare", "bare", lambda: "secret")
    assert cast.visitor.gets("/bare").status_code == 303
    assert cast.chair.gets("/bare").text == "secret"
