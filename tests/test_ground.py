"""The ground: it starts with nothing set, and what is not public asks for sign-in."""

import os
import subprocess
import sys

HEAVY = ("webauthn", "alembic", "flask_migrate", "boto3", "app.cli", "app.demo")
ASK = f"""
import sys
from app import create_app
create_app(ROLE="web")
print([name for name in {HEAVY!r} if name in sys.modules])
"""


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


def test_a_server_leaves_alone_what_only_some_need(tmp_path):
    """Commands, migrations and passkeys weigh a quarter of a worker's memory."""
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "INSTANCE_DIR": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=environ, capture_output=True, text=True, timeout=60
    )
    assert said.stdout == "[]\n", said.stdout + said.stderr
