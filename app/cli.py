"""Commands of `flask`: the demo network, the job process, the first steward, the index."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.core import readers


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

    click.echo(f"{index.rebuild()} entries")


@click.command("tell")
@with_appcontext
def tell() -> None:
    """Let every reader read to the end, then say how far each is behind."""
    readers.tell_all()
    for name, behind in readers.lag().items():
        click.echo(f"{name}: {behind} behind")


@click.command("make-steward")
@click.argument("email")
@click.option("--name", default="Secretariat", help="The display name; it may be a role.")
@with_appcontext
def make_steward(email: str, name: str) -> None:
    """Print a one-time link that makes the first person of the secretariat."""
    from app.members import acts

    click.echo(acts.invite_steward(email, name))


def register(app: Flask) -> None:
    """Add the commands to the app."""
    for command in (work, reindex, tell, make_steward):
        app.cli.add_command(command)
    _register_demo(app)


def _register_demo(app: Flask) -> None:
    group = AppGroup(
        "demo", invoke_without_command=True, help="Fill an empty database with the demo network."
    )

    @group.command("large")
    @with_appcontext
    def large() -> None:
        """500 members, 2,000 discussions, 40,000 posts: for measuring."""
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
