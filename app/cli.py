"""Commands of `flask`: the demo network, the job process, the first steward, the index, backup and restore."""

import logging
import pathlib
import sys
import time
import typing as t

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate

from app.core import audit, bounces, readers
from app.core.backup import make
from app.core.backup.archive import Refused
from app.core.backup.restore import restore as bring_back
from app.extensions import db
from app.mydata import journal, replaying


@click.command("work")
def work() -> None:
    """Run the job process."""
    from app import work as worker

    raise SystemExit(worker.main())


@click.command("reindex")
@with_appcontext
def reindex() -> None:
    """Build the search index anew from the facts' things."""
    from app.search import index

    said = {"at": time.monotonic()}

    def say(kind: str, done: int, total: int) -> None:
        if done >= total or time.monotonic() - said["at"] > SAID_EVERY:
            said["at"] = time.monotonic()
            click.echo(f"{kind}: {done} of {total}")

    click.echo(f"{index.rebuild(say)} entries")


SAID_EVERY = 5.0  # seconds between two lines about work that goes on


@click.command("tell")
@with_appcontext
def tell() -> None:
    """Let every reader read to the end, then say how far each is behind."""
    readers.tell_all()
    for name, behind in readers.lag().items():
        click.echo(f"{name}: {behind} behind")


@click.command("check-audit")
@click.option(
    "--seal", default="", help="A seal that was written down earlier: does it still stand in the record?"
)
@with_appcontext
def check_audit(seal: str) -> None:
    """Walk the record of changes: is each line sealed to the one before? Ends with 1 where one is not."""
    found = audit.check(seal)
    click.echo(f"{found.lines} lines fit, {found.emptied} of them emptied when a person was erased")
    if found.broken:
        raise SystemExit(f"line {found.broken} does not fit: it was changed, taken away or put in")
    click.echo(f"newest seal: {found.seal}")
    if not found.holds:
        raise SystemExit("the seal that you gave stands nowhere in the record: its end was cut off")


@click.command("make-steward")
@click.argument("email")
@click.option("--name", default="Secretariat", help="The display name; it may be a role.")
@with_appcontext
def make_steward(email: str, name: str) -> None:
    """Print a one-time link that makes the first person of the secretariat."""
    from app.members import acts

    click.echo(acts.invite_steward(email, name))


@click.command("bounce")
@with_appcontext
def bounce() -> None:
    """Read a mail that came back from the standard input: an address that does not exist gets no notices any more."""
    address = bounces.take(sys.stdin.buffer.read(bounces.MOST))
    click.echo(
        f"No more notices to {address}." if address else "Nothing in it says that an address failed for good."
    )


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=pathlib.Path))
@click.option(
    "--keep", type=click.IntRange(1), help="Of the backups in that folder, keep the newest so many."
)
@with_appcontext
def backup(target: pathlib.Path | None, keep: int | None) -> None:
    """Write everything that the site holds into one file, while it works; TARGET is a file or a folder."""
    path = target or make.default_target()
    path = path / make.default_target().name if path.is_dir() else path
    try:
        made = make.backup(path)
    except OSError as error:
        raise click.ClickException(f"No backup was made: {error}") from None
    journal.beside(path.parent)
    rows = sum(table["rows"] for table in made["tables"].values())
    click.echo(
        f"{path}: {rows} rows of {len(made['tables'])} tables, {made['files']} files, {made['bytes']} bytes"
    )
    for old in make.too_old(path, keep) if keep else ():
        old.unlink()
        click.echo(f"{old}: removed")
    if made["missing"]:
        names = ", ".join(made["missing"][:5])
        raise click.ClickException(
            f"{len(made['missing'])} files are not in the store, or damaged there: {names}"
        )


@click.command("restore")
@click.argument("archive", type=click.Path(path_type=pathlib.Path))
@click.option("--replace", is_flag=True, help="Put the backup in the place of what is here now.")
@with_appcontext
def restore(archive: pathlib.Path, replace: bool) -> None:
    """Bring a backup back into the database and the store of the settings. The site must not run."""
    try:
        made = bring_back(archive, replace)
    except Refused as error:
        raise click.ClickException(str(error)) from None
    rows = sum(table["rows"] for table in made["tables"].values())
    click.echo(f"Restored what was there on {made['made']}: {rows} rows, {made['files']} files.")
    replaying.forget()
    again = replaying.replay(archive)
    if again:
        click.echo(f"Erased again, as they were since: {again} accounts.")
    click.echo("Start the site now.")


def keep_out_of_migrations(
    _thing: t.Any, name: str | None, kind: str, _reflected: bool, _other: t.Any
) -> bool:
    """The search tables are made by hand in their migration; comparing would want them deleted."""
    return not (name or "").startswith(("search_fts", "ix_search_tsv")) and not (
        kind == "column" and name == "tsv"
    )


def register(app: Flask) -> None:
    """Add the commands to the app, those of the migrations among them."""
    logging.getLogger("alembic").setLevel("WARNING")
    migrate = Migrate(render_as_batch=True, compare_type=True)
    migrate.init_app(app, db, include_object=keep_out_of_migrations)
    for command in (work, reindex, tell, check_audit, make_steward, bounce, backup, restore):
        app.cli.add_command(command)
    _register_demo(app)


def _register_demo(app: Flask) -> None:
    group = AppGroup(
        "demo", invoke_without_command=True, help="Fill an empty database with the demo network."
    )

    @group.command("large")
    @with_appcontext
    def large() -> None:
        """500 members, 2,000 discussions, 40,000 posts, 5,000 documents: for measuring."""
        from app.demo.large import fill_large

        fill_large(app)

    @click.pass_context
    def fill(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            with app.app_context():
                from app.demo.seed import fill as seed

                for line in seed(app):
                    click.echo(line)

    group.callback = fill
    app.cli.add_command(group)
