"""Settings: all optional, all explained, a wrong one refused by its name."""

import re
import stat
from pathlib import Path

import pytest

from config import ROOT, Config, SettingError, setting_names

SECRET = {"SECRET_KEY": "long enough to be a secret"}

WRONG = {
    "LIBRARY_TYPES": "pdf;docx",
    "DATABASE_URL": "mysql://localhost/convivio",
    "REDIS_URL": "localhost:6379",
    "FILES_URL": "ftp://files",
    "MAIL_URL": "smtp://",
    "MAIL_FROM": "nobody",
    "SECRET_KEY": "short",
    "BASE_URL": "example.org",
    "LANGUAGES": "english",
    "DEFAULT_LANGUAGE": "de",
    "DEMO": "perhaps",
    "TRUSTED_PROXIES": "-1",
    "PRESENCE": "maybe",
    "LOG_LEVEL": "LOUD",
    "PORT": "65536",
    "MEETING_ROOMS": "javascript:alert(1)",
    "WEB_CONCURRENCY": "2",
}
FREE_TEXT = {"SITE_TITLE", "SITE_TAGLINE", "INSTANCE_DIR", "HOST"}


def config(**environ):
    return Config.from_env({**SECRET, **environ})


def test_nothing_set_is_enough(tmp_path):
    made = Config.from_env({"INSTANCE_DIR": str(tmp_path / "new")})
    assert made.SQLALCHEMY_DATABASE_URI == f"sqlite:///{tmp_path}/new/convivio.db"
    assert made.BASE_URL == "http://127.0.0.1:8000"
    assert made.DEFAULT_LANGUAGE == "en"
    assert not made.SESSION_COOKIE_SECURE


def test_the_secret_is_made_once_and_is_private(tmp_path):
    first, second = (Config.from_env({"INSTANCE_DIR": str(tmp_path)}).SECRET_KEY for _ in range(2))
    assert first == second and len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_has_its_line_and_its_default_in_the_example(name):
    written = re.findall(r"^#? ?([A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M)
    default = getattr(Config, name)
    words = (
        {True: "yes", False: "no"}.get(default, str(default)) if isinstance(default, bool) else str(default)
    )
    assert (name, words) in [(key, value.strip("'\"")) for key, value in written]


def test_the_example_names_nothing_that_is_not_a_setting():
    written = re.findall(r"^#? ?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert sorted(written) == sorted(setting_names())


def test_every_setting_says_why_it_is_there():
    lines = (ROOT / "config.py").read_text().splitlines()
    for name in setting_names():
        at = next(i for i, line in enumerate(lines) if line.startswith(f"    {name} = "))
        assert lines[at - 1].startswith("    # "), name


@pytest.mark.parametrize("name", [n for n in setting_names() if n not in FREE_TEXT])
def test_a_wrong_value_is_refused_by_name_in_one_sentence(name):
    with pytest.raises(SettingError) as refused:
        config(**{name: WRONG.get(name, "many")})
    assert str(refused.value).startswith(name)
    assert "\n" not in str(refused.value) and str(refused.value).endswith(".")


@pytest.mark.parametrize("value", ["0", "-3", "1.5", "1e3", "٣", "99999999999"])
def test_limits_are_whole_numbers_within_bounds(value):
    with pytest.raises(SettingError, match="^TITLE_MAX"):
        config(TITLE_MAX=value)


@pytest.mark.parametrize(
    "url", ["postgres://u:p@db/c", "postgresql://u:p@db/c", "postgresql+psycopg://u:p@db/c"]
)
def test_postgresql_under_each_of_its_names(url):
    made = config(DATABASE_URL=url)
    assert made.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://u:p@db/c"
    assert made.SQLALCHEMY_ENGINE_OPTIONS == {"pool_size": 20, "pool_pre_ping": True}
    assert config().SQLALCHEMY_ENGINE_OPTIONS == {}


def test_a_refusal_shows_no_password():
    with pytest.raises(SettingError) as refused:
        config(DATABASE_URL="mysql://root:hunter2@localhost/convivio")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "bad", [{"REDIS_URL": "redis://host:port"}, {"BASE_URL": "https://example.org/forum"}]
)
def test_half_right_addresses(bad):
    with pytest.raises(SettingError, match=next(iter(bad))):
        config(**bad)


def test_several_processes_need_redis():
    with pytest.raises(SettingError, match="REDIS_URL"):
        config(WEB_CONCURRENCY="2")
    assert config(WEB_CONCURRENCY="2", REDIS_URL="redis://127.0.0.1:6379/0").WEB_CONCURRENCY == 2


def test_what_is_derived():
    made = config(BASE_URL="https://Example.org/", DEMO="on", MAX_REQUEST_MB="65", LANGUAGES="fr, en")
    assert (made.BASE_URL, made.MAIL_FROM) == ("https://example.org", "convivio@example.org")
    assert made.SESSION_COOKIE_SECURE and made.DEMO == "yes"
    assert made.MAX_CONTENT_LENGTH == 65 * 1024 * 1024
    assert (made.LANGUAGES, made.DEFAULT_LANGUAGE) == ("fr,en", "fr")


def test_a_file_larger_than_a_request_is_refused():
    with pytest.raises(SettingError, match="MAX_FILE_MB"):
        config(MAX_FILE_MB="65")


def test_an_instance_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="^INSTANCE_DIR"):
        Config.from_env({"INSTANCE_DIR": str(tmp_path / "file" / "instance")})


def test_requirements_name_no_index():
    for path in Path(ROOT).glob("requirements*.txt"):
        assert not re.search(r"^--|://", path.read_text(), re.M), path.name
