"""Administration for the secretariat: health, mail, the record of changes."""

from flask import Flask

from app.admin import (
    audit,
    empty_seats,
    look_pages,
    mails,
    officers,
    people,
    person,
    routes,
    second,
    taking_in,
    unplaced,
    vocabulary,
)


def register(app: Flask) -> None:
    """Hang this room into the app."""
    app.register_blueprint(routes.bp)
    app.register_blueprint(vocabulary.bp)
    app.register_blueprint(audit.bp)
    app.register_blueprint(mails.bp)
    app.register_blueprint(second.bp)
    app.register_blueprint(empty_seats.bp)
    app.register_blueprint(unplaced.bp)
    app.register_blueprint(people.bp)
    app.register_blueprint(person.bp)
    app.register_blueprint(officers.bp)
    app.register_blueprint(taking_in.bp)
    app.register_blueprint(look_pages.bp)
