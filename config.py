"""Every setting of Convivio: its name, its value when nothing is set, and why it is there.

All of them are optional. They are read from the environment, and from a file `.env` beside this one for what the
environment does not say. A wrong one stops the start with one sentence that begins with its name.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent


class SettingError(ValueError):
    """A setting has a value that cannot be used; the text names it and says what is expected."""


class Config:
    # The database; empty: one SQLite file in the instance folder, so that nothing has to be installed.
    DATABASE_URL = ""
    # Redis carries "look again" between several web processes, presence and the queue of jobs; empty: one process.
    REDIS_URL = ""
    # Where uploaded files are kept; empty: a folder in the instance folder.
    FILES_URL = ""
    # How mail leaves; empty: into a folder that a steward reads at /admin/mail.
    MAIL_URL = ""
    # The sender of every mail; empty: convivio@ and the host of BASE_URL.
    MAIL_FROM = ""
    # Signs sessions and mailed links; empty: made at the first start and kept in the instance folder.
    SECRET_KEY = ""
    # The address that people type: links in mails are built from it alone, never from a request's headers.
    BASE_URL = ""
    # The name of the site, in the header, the titles and the mails.
    SITE_TITLE = "Convivio"
    # What stands under the name on the front page.
    SITE_TAGLINE = "Inclusive & Sustainable Cities"
    # The languages offered, by code, in the order of the menu.
    LANGUAGES = "en,fr,ar"
    # The language of who has not chosen and whose browser asks for none of them; empty: the first of LANGUAGES.
    DEFAULT_LANGUAGE = ""
    # Sample content: yes, no, or empty to ask the database whether it holds the demo network.
    DEMO = ""
    # How many proxies in front of the server write X-Forwarded-* headers; each one that is not there can be forged.
    TRUSTED_PROXIES = 0
    # Who is here now, inside spaces that one belongs to.
    PRESENCE = True
    # How much the log says: DEBUG, INFO, WARNING or ERROR.
    LOG_LEVEL = "INFO"
    # Work of one password hash, in passes (Argon2id; the minimum that OWASP names).
    ARGON2_TIME = 2
    # Work of one password hash, in KiB of memory.
    ARGON2_MEMORY = 19456
    # Everything that this installation writes, in one folder: to be backed up and kept private.
    INSTANCE_DIR = "instance"
    # The address that the server listens on; 0.0.0.0 lets other machines in.
    HOST = "127.0.0.1"
    # The port that the server listens on.
    PORT = 8000
    # Web processes; more than one needs REDIS_URL.
    WEB_CONCURRENCY = 1

    # The largest file of a post, in MB.
    MAX_FILE_MB = 20
    # Files that one post may carry.
    FILES_PER_POST = 10
    # The largest request of all, in MB: what is larger is refused before it is read.
    MAX_REQUEST_MB = 64
    # The largest file of the library, in MB; it comes in pieces, so it may be larger than a request.
    MAX_LIBRARY_FILE_MB = 500
    # The types of files that the library takes, by their endings, each with its own largest size in MB where it is less
    # ("pdf,docx,mp4:200"); empty: all that it knows.
    LIBRARY_TYPES = ""
    # Room for the files of one organisation in the library, all versions, in MB; 0: no bound.
    LIBRARY_QUOTA_MB = 0
    # Documents that one ZIP takes out.
    TAKE_OUT_DOCUMENTS = 200
    # The largest ZIP that is taken out, in MB; it is sent while it is read and held nowhere.
    TAKE_OUT_MB = 2000
    # Look once a week whether the addresses of documents on the web still answer; never in a demo network.
    CHECK_LINKS = True
    # Characters in a title.
    TITLE_MAX = 160
    # Characters in a post.
    POST_MAX = 40_000
    # People, organisations and spaces that one post may mention.
    MENTIONS_MAX = 50
    # Days after which messages about accessibility are forgotten.
    FEEDBACK_DAYS = 365
    # Days after an event during which its hosts keep what people said to their questions.
    EVENT_ANSWERS_DAYS = 90
    # Where "Make a room" in the form of an event finds rooms, such as https://meet.jit.si or a Jitsi of your own; empty: off.
    MEETING_ROOMS = ""
    # Days that an invitation can be taken up.
    INVITATION_DAYS = 14
    # Invitations that one person may send in an hour.
    INVITATIONS_PER_HOUR = 100
    # Days during which the erasure of one's own account can be taken back.
    ERASURE_DAYS = 7
    # Minutes that a mailed sign-in link works.
    LINK_MINUTES = 15
    # Days that the links of a summary sign in, once.
    SUMMARY_LINK_DAYS = 7
    # Minutes that a link to a new password works.
    RESET_MINUTES = 60
    # Days after which a device that was not used is signed out.
    SESSION_IDLE_DAYS = 30
    # Tries to sign in within 15 minutes for one account, existing or not.
    SIGN_IN_TRIES = 5
    # Tries to sign in within 15 minutes from one neighbourhood of addresses (/24 or /64).
    SIGN_IN_TRIES_SUBNET = 50
    # Posts that one person may write in an hour.
    POSTS_PER_HOUR = 60
    # Messages that one person may send in an hour.
    MESSAGES_PER_HOUR = 60
    # Conversations that one person may begin in a day.
    CONVERSATIONS_PER_DAY = 20
    # First posts of each person that wait until somebody has looked at them; 0: none.
    FIRST_POSTS_HELD = 0
    # Hours after which a report that a group's facilitators have not decided is the secretariat's too.
    REPORT_SILENCE_HOURS = 24
    # Reports that one person may send in an hour.
    REPORTS_PER_HOUR = 10
    # Days during which the author of something can ask for another look at a decision about it.
    APPEAL_DAYS = 180
    # Seconds that a notice waits before its mail goes: who sees it here meanwhile gets none.
    NOTICE_MAIL_SECONDS = 60
    # Mails at once that what one person does may cause in an hour; what is over it stands in the summaries.
    MAILS_CAUSED_PER_HOUR = 100
    # Days during which a form sent again answers as the first time.
    KEY_DAYS = 7
    # Posts on one page of a discussion.
    DISCUSSION_PAGE = 20
    # Items on one page of the newsfeed.
    FEED_PAGE = 30

    # Not settings: the same everywhere, or told by the script that starts the process.
    ROLE = "cli"  # web, jobs or cli
    SERVER = "threading"  # gevent under gunicorn
    EMBEDDED_JOBS = False  # bin/dev alone: the jobs in the web process
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    WTF_CSRF_TIME_LIMIT = None
    SESSION_COOKIE_SECURE = False
    SQLALCHEMY_DATABASE_URI = ""
    SQLALCHEMY_ENGINE_OPTIONS: dict[str, Any] = {}
    MAX_CONTENT_LENGTH = 0

    @classmethod
    def from_env(cls, environ: Mapping[str, Any] | None = None, **overrides: Any) -> "Config":
        """The settings of this environment, checked; raises SettingError at the first that cannot be used."""
        environ = with_env_file(os.environ) if environ is None or environ is os.environ else environ
        config = cls()
        for name in setting_names():
            setattr(config, name, read(name, overrides.get(name, environ.get(name)), getattr(cls, name)))
        config.ROLE = one_of("CONVIVIO_ROLE", environ.get("CONVIVIO_ROLE") or "cli", ("web", "jobs", "cli"))
        config.SERVER = "gevent" if environ.get("CONVIVIO_SERVER") == "gevent" else "threading"
        config.EMBEDDED_JOBS = environ.get("CONVIVIO_EMBEDDED_JOBS") == "1"
        config.check()
        config.derive()
        return config

    def check(self) -> None:
        """What can be wrong about a value beyond its kind."""
        self.DATABASE_URL = database_url(self.DATABASE_URL)
        scheme("REDIS_URL", self.REDIS_URL, ("redis", "rediss", "unix"))
        check_files(self.FILES_URL)
        check_mail(self.MAIL_URL)
        check_sender(self.MAIL_FROM)
        check_rooms(self.MEETING_ROOMS)
        self.BASE_URL = base_url(self.BASE_URL or f"http://127.0.0.1:{self.PORT}")
        self.LANGUAGES, self.DEFAULT_LANGUAGE = languages(self.LANGUAGES, self.DEFAULT_LANGUAGE)
        self.DEMO = {True: "yes", False: "no", "": ""}[flag("DEMO", self.DEMO) if self.DEMO else ""]
        self.LOG_LEVEL = one_of("LOG_LEVEL", self.LOG_LEVEL.upper(), ("DEBUG", "INFO", "WARNING", "ERROR"))
        if self.MAX_FILE_MB > self.MAX_REQUEST_MB:
            raise SettingError("MAX_FILE_MB must not be greater than MAX_REQUEST_MB.")
        self.LIBRARY_TYPES = file_types(self.LIBRARY_TYPES)
        if self.WEB_CONCURRENCY > 1 and not self.REDIS_URL:
            raise SettingError(
                "WEB_CONCURRENCY greater than 1 needs REDIS_URL: without it live events are lost."
            )

    def derive(self) -> None:
        """What Flask and its extensions are told, made from the settings."""
        self.INSTANCE_DIR = str(ROOT / self.INSTANCE_DIR)
        self.MAIL_FROM = self.MAIL_FROM or f"convivio@{urlsplit(self.BASE_URL).hostname}"
        self.SECRET_KEY = self.SECRET_KEY or kept_secret(Path(self.INSTANCE_DIR))
        self.SQLALCHEMY_DATABASE_URI = self.DATABASE_URL or f"sqlite:///{self.INSTANCE_DIR}/convivio.db"
        if self.SQLALCHEMY_DATABASE_URI.startswith("postgresql"):
            self.SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 20, "pool_pre_ping": True}
        self.MAX_CONTENT_LENGTH = self.MAX_REQUEST_MB * 1024 * 1024
        self.SESSION_COOKIE_SECURE = self.BASE_URL.startswith("https:")


def setting_names() -> list[str]:
    """Every setting that the environment may give."""
    names = [name for name in vars(Config) if name.isupper()]
    return names[: names.index("ROLE")]


def with_env_file(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, completed by the file .env; tests and containers switch the file off."""
    if environ.get("FLASK_SKIP_DOTENV"):
        return dict(environ)
    from dotenv import dotenv_values  # the checks before the installation do without it

    kept = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None}
    return {**kept, **environ}


def read(name: str, value: Any, default: Any) -> Any:
    """A value as the environment gives it, turned into the kind of its default."""
    if value is None or value == "":
        return default
    if isinstance(default, bool):
        return flag(name, value)
    if isinstance(default, int):
        return whole(name, value, 0 if name in FROM_ZERO else 1, LARGEST.get(name, 1_000_000))
    if name == "SECRET_KEY" and len(value) < 16:
        raise SettingError("SECRET_KEY must have at least 16 characters; leave it empty to have one made.")
    return str(value).strip()


def file_types(text: str) -> str:
    """Endings of names with sizes, as people write them; such as "pdf,mp4:200"."""
    parts = [part.strip().lower().lstrip(".") for part in text.split(",") if part.strip()]
    for part in parts:
        if not re.fullmatch(r"[a-z0-9]{1,8}(:[1-9][0-9]{0,5})?", part):
            raise SettingError(f'LIBRARY_TYPES is written like "pdf,docx,mp4:200", not "{part}".')
    return ",".join(parts)


FROM_ZERO = {"TRUSTED_PROXIES", "FIRST_POSTS_HELD", "LIBRARY_QUOTA_MB"}
LARGEST = {
    "PORT": 65535,
    "WEB_CONCURRENCY": 64,
    "TRUSTED_PROXIES": 10,
    "DISCUSSION_PAGE": 200,
    "FEED_PAGE": 200,
}


def flag(name: str, value: Any) -> bool:
    """Yes or no, as people write it."""
    word = str(value).strip().lower()
    if word in ("yes", "on", "true", "1"):
        return True
    if word in ("no", "off", "false", "0"):
        return False
    raise SettingError(f"{name} must be yes or no, not “{short(value)}”.")


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number within its bounds."""
    text = str(value).strip()
    if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
        return int(text)
    raise SettingError(f"{name} must be a whole number from {least} to {most}, not “{short(value)}”.")


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """One word of a short list."""
    if value in allowed:
        return value
    raise SettingError(f"{name} must be one of {', '.join(allowed)}, not “{short(value)}”.")


def short(value: Any) -> str:
    """A wrong value as it may be shown: cut, and without a password that an address carries."""
    return re.sub(r"//[^/@]*@", "//…@", str(value))[:60]


def scheme(name: str, url: str, allowed: tuple[str, ...]) -> None:
    """An address that begins as it must; empty is allowed."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in allowed and bool(parts.netloc or parts.scheme == "unix")
        parts.port  # noqa: B018  a port that is no number is only noticed when it is asked for
    except ValueError:
        usable = False
    if url and not usable:
        raise SettingError(
            f"{name} must begin with {' or '.join(s + '://' for s in allowed)}, not “{short(url)}”."
        )


def database_url(url: str) -> str:
    """The address of the database with the driver that we use."""
    if not url or re.fullmatch(r"sqlite:///.*", url):
        return url
    plain = re.sub(r"^(postgres|postgresql|postgresql\+psycopg)://", "postgresql://", url)
    if not plain.startswith("postgresql://") or not urlsplit(plain).path.strip("/"):
        raise SettingError(
            f"DATABASE_URL must be postgresql://user:password@host/name or sqlite:///file, not “{short(url)}”."
        )
    scheme("DATABASE_URL", plain, ("postgresql",))
    return plain.replace("postgresql://", "postgresql+psycopg://", 1)


def check_files(url: str) -> None:
    """The folder of the files: empty, or s3://bucket?endpoint=…&region=…"""
    scheme("FILES_URL", url, ("s3",))
    unknown = set(parse_qs(urlsplit(url).query)) - {"endpoint", "region", "prefix"}
    if unknown:
        raise SettingError(f"FILES_URL knows endpoint, region and prefix, not “{short(min(unknown))}”.")


def check_mail(url: str) -> None:
    """The mail server: empty, or smtp://user:password@host:port?tls=1"""
    scheme("MAIL_URL", url, ("smtp", "smtps"))
    if url and not urlsplit(url).hostname:
        raise SettingError("MAIL_URL must name a host: smtp://user:password@host:port?tls=1.")


def check_sender(address: str) -> None:
    """One plain address, with or without a name before it."""
    if address and not re.fullmatch(r"[^<>\r\n]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+", address):
        raise SettingError(f"MAIL_FROM must be one mail address, not “{short(address)}”.")


def check_rooms(url: str) -> None:
    """Rooms are addresses on the web: the name of a room is put behind it."""
    scheme("MEETING_ROOMS", url, ("http", "https"))
    parts = urlsplit(url)
    if url and (not parts.hostname or parts.query or parts.fragment or " " in url):
        raise SettingError(f"MEETING_ROOMS must be like https://meet.example.org, not “{short(url)}”.")


def base_url(url: str) -> str:
    """The address of the site: scheme and host, nothing behind them."""
    scheme("BASE_URL", url, ("http", "https"))
    parts = urlsplit(url)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise SettingError(f"BASE_URL must be like https://example.org, without a path, not “{short(url)}”.")
    return f"{parts.scheme}://{parts.netloc}".lower()


def languages(codes: str, default: str) -> tuple[str, str]:
    """The languages offered, and the one among them that is the default."""
    known = [code.strip() for code in codes.split(",") if code.strip()]
    wrong = [code for code in known if not re.fullmatch(r"[a-z]{2,3}(_[A-Za-z]{2,4})?", code)]
    if wrong or not known:
        raise SettingError(f"LANGUAGES must be codes like en,fr,ar, not “{short(codes)}”.")
    if default and default not in known:
        raise SettingError(f"DEFAULT_LANGUAGE must be one of LANGUAGES, not “{short(default)}”.")
    return ",".join(known), default or known[0]


def kept_secret(folder: Path) -> str:
    """The secret of this installation, made the first time; two first starts at once agree on one."""
    path = folder / "secret_key"
    try:
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise SettingError(f"INSTANCE_DIR cannot be used: {error.strerror} ({error.filename}).") from None


def make_secret(path: Path) -> None:
    """Write the secret whole and readable by its owner alone, then give it its name, once."""
    draft = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
