"""Every column that points to a person or holds a person's words: what the copy of one's data and an erasure do with it.

Whoever adds a column that points to a person adds its line here; tests/rules/test_mydata.py finds it and says so.

Text columns without a line are read through at each erasure all the same, and a handle, an address or a mention of the
person in them is replaced (`WORDS`). So a line is needed for: a foreign key to a person, a number of a person, a
reference such as "person:12", an address, an author line in JSON, and for what has to be done otherwise.
"""

import typing as t

from app.core.languages import lazy

# What an erasure does.
ROW = "row"  # the whole row goes
CLEAR = "clear"  # the value is emptied
NUMBER = "number"  # the number stays: it names nobody any longer, the row behind it is empty
LINE = "line"  # an author line (JSON): what was said for an organisation stays as "former officer"
NAME = "name"  # a name as text: replaced
WORDS = "words"  # words of others: handle, address and mentions of the person are replaced
PERSON = "person"  # the person's own row: emptied last, by itself
SEALED = "sealed"  # the record of changes: its data is emptied by its own rule, the chain stays whole
ABOUT = "about"  # emptied where the row is about the person, or about something that was taken along
NOTHING = "nothing"  # looks like it, and never holds anything of a person


class Column(t.NamedTuple):
    """What happens to one column."""

    erase: str
    copied: bool = False  # rows with the person's number here are part of the copy


MINE_GONE, MINE_KEPT, OTHERS = Column(ROW, True), Column(NUMBER, True), Column(NUMBER)
COLUMNS: dict[str, Column] = {
    # the person and the ways in
    "person.id": Column(PERSON, True),
    "person.email": Column(PERSON),
    "person.handle": Column(PERSON),
    "person.name": Column(PERSON),
    "person.about": Column(PERSON),
    "person.helps": Column(PERSON),
    "person.seeks": Column(PERSON),
    "person.pronouns": Column(PERSON),
    "person.commitments": Column(PERSON),
    "person.shown": Column(PERSON),
    "person.password": Column(PERSON),
    "person.picture_id": Column(PERSON),
    "login.person_id": MINE_GONE,
    "door_key.person_id": MINE_GONE,
    "factor.person_id": MINE_GONE,
    "recovery_code.person_id": MINE_GONE,
    "person_theme.person_id": MINE_GONE,
    "person_language.person_id": MINE_GONE,
    "suspension.person_id": MINE_GONE,
    "terms_acceptance.person_id": MINE_GONE,
    "terms_edition.by_id": OTHERS,
    # places
    "seat.person_id": MINE_KEPT,
    "seat.title": Column(WORDS),
    "membership.person_id": MINE_GONE,
    "invitation.person_id": MINE_GONE,
    "invitation.email": Column(ROW),
    "invitation.by_id": OTHERS,
    "join_request.email": Column(ROW),
    "join_request.by_id": OTHERS,
    "import_batch.by_id": OTHERS,
    # what is followed, read, told
    "space_pin.ref": OTHERS,
    "watch.person_id": MINE_GONE,
    "watch.ref": Column(ROW),
    "notice.person_id": MINE_GONE,
    "notice.by": Column(LINE),
    "notice.actor_id": OTHERS,
    "notice_choice.person_id": MINE_GONE,
    "notice_plan.person_id": MINE_GONE,
    "feed_mark.person_id": MINE_GONE,
    "read_mark.person_id": MINE_GONE,
    "thank.person_id": MINE_GONE,
    "once.person_id": MINE_GONE,
    "outbox_mail.person_id": MINE_GONE,
    "outbox_mail.to": Column(ROW),
    "feedback.email": Column(ROW),
    "refused_address.address": Column(ROW),
    # what was written
    "thread.author_id": MINE_KEPT,
    "thread.by": Column(LINE),
    "thread.outcome_by": Column(NAME),
    "post.author_id": MINE_KEPT,
    "post.by": Column(LINE),
    "post.removed_by": Column(NAME),
    "post_edit.by_id": MINE_KEPT,
    "update_note.author_id": MINE_KEPT,
    "update_note.by": Column(LINE),
    "held.author_id": MINE_KEPT,
    "held.by": Column(LINE),
    "held.called": Column(WORDS),
    "attachment.by_id": Column(CLEAR, True),
    "attachment.subject": OTHERS,
    "apart.ref": OTHERS,
    "conversation_person.person_id": MINE_KEPT,
    "message.author_id": MINE_KEPT,
    "message.by": Column(LINE),
    "message_choice.person_id": MINE_GONE,
    "message_block.person_id": MINE_GONE,
    "message_block.other_id": Column(ROW),
    # the library
    "document.author_id": MINE_KEPT,
    "document.by": Column(LINE),
    "document.credits": Column(WORDS),
    "document.withdrawn_by": Column(NAME),
    "document_version.by_id": MINE_KEPT,
    "document_version.by": Column(LINE),
    "document_edition.volunteer_id": Column(CLEAR, True),
    "document_review.reviewer_id": MINE_KEPT,
    "document_review.asked_by_id": OTHERS,
    "document_grant.person_id": MINE_GONE,
    "document_grant.by_id": OTHERS,
    "access_request.person_id": MINE_GONE,
    "access_request.answered_by_id": OTHERS,
    "guest_link.by_id": MINE_KEPT,
    "collection.author_id": MINE_KEPT,
    "collection.by": Column(LINE),
    "collection.about": Column(WORDS),
    "collection_item.by_id": OTHERS,
    "placement.by_id": OTHERS,
    "upload_batch.person_id": MINE_GONE,
    "upload.person_id": MINE_GONE,
    "past_batch.by_id": OTHERS,
    "past_batch.said": Column(WORDS),
    "past_item.ref": OTHERS,
    # joint actions
    "joint_action.author_id": MINE_KEPT,
    "joint_action.by": Column(LINE),
    "action_step.by_id": MINE_KEPT,
    "action_step.by": Column(LINE),
    "action_need.author_id": MINE_KEPT,
    "action_pledge.author_id": MINE_KEPT,
    "action_pledge.by": Column(LINE),
    "action_pledge.answered_by_id": OTHERS,
    "action_note.author_id": MINE_KEPT,
    "action_note.by": Column(LINE),
    "link.source": OTHERS,
    "link.target": OTHERS,
    "link.by_id": OTHERS,
    # the calendar
    "event.author_id": MINE_KEPT,
    "event.by": Column(LINE),
    "event.minutes_by_id": OTHERS,
    "event.minutes_by": Column(LINE),
    "minutes_version.by_id": MINE_KEPT,
    "minutes_version.by": Column(LINE),
    "minutes_point.ref": OTHERS,
    "minutes_amendment.author_id": MINE_KEPT,
    "minutes_amendment.by": Column(LINE),
    "minutes_amendment.answered_by_id": OTHERS,
    "event_answer.person_id": MINE_GONE,
    "event_reply.person_id": MINE_GONE,
    "time_poll.author_id": MINE_KEPT,
    "time_poll.by": Column(LINE),
    "time_vote.person_id": MINE_GONE,
    "event_guest.by_id": OTHERS,
    "event_guest.name": Column(NAME),
    "calendar_subscription.person_id": MINE_GONE,
    "agenda_speaker.person_id": MINE_GONE,
    "agenda_row.room": Column(NOTHING),
    "outside_calendar.person_id": OTHERS,
    "outside_calendar.address": Column(NOTHING),  # of a calendar on the web
    "event_batch.person_id": OTHERS,
    "event_batch.said": Column(WORDS),
    # what happened
    "activity.actor_id": MINE_KEPT,
    "activity.by": Column(LINE),
    "activity.subject": OTHERS,
    "activity.root": OTHERS,
    "activity.data": Column(WORDS),  # numbers and references; handles in it go
    "audit_entry.actor_id": MINE_KEPT,
    "audit_entry.ref": MINE_KEPT,
    "audit_entry.data": Column(SEALED),
    "audit_mention.ref": OTHERS,
    "audience.key": OTHERS,
    "audience_room.room": OTHERS,
    # decisions
    "moderation_case.author_id": MINE_KEPT,
    "moderation_case.by": Column(LINE),
    "moderation_case.about": OTHERS,
    "moderation_case.open_about": OTHERS,
    "moderation_case.said": Column(ABOUT),
    "moderation_report.person_id": MINE_KEPT,
    "moderation_decision.author_id": MINE_KEPT,
    "moderation_decision.by_id": OTHERS,
    "moderation_decision.answer_by_id": OTHERS,
    # copies and erasures
    "data_copy.person_id": MINE_GONE,
    "data_copy.open_for": Column(ROW),
    "erasure.person_id": MINE_KEPT,
    "erasure.open_for": OTHERS,
    "erasure.by_id": OTHERS,
    # found: entries that hold something of the person are described anew
    "search_entry.ref": OTHERS,
    "search_entry.by": Column(NAME),
    "search_entry.root": OTHERS,
    "search_entry.author_id": OTHERS,
    "saved_search.person_id": MINE_GONE,
}

# Nobody's words stand here: keys, hashes, bookkeeping. They are not read through.
LEFT_ALONE = {
    "alembic_version",
    "space_pin",
    "blob",
    "mark",
    "beat",
    "audience",
    "audience_room",
    "audit_entry",
    "audit_mention",
    "person",
}

# Secrets and the house's own bookkeeping stay out of the copy.
KEPT_BACK = {
    "password", "token", "secret", "credential", "counter", "salt", "hash", "seal", "data_seal", "print", "audience_id",
    "renderer", "html", "outcome_html", "text", "headers", "key", "open_for", "by_id", "answer_by_id", "reports", "due",
    "sort_key", "found_by",
}  # fmt: skip

# What a table of the copy is called on its page; a table without a word stands there under its own name.
TABLES: dict[str, t.Any] = {
    "person": lazy("Your profile"),
    "seat": lazy("Seats"),
    "membership": lazy("Groups"),
    "invitation": lazy("Invitations"),
    "person_theme": lazy("Your themes"),
    "person_language": lazy("Languages"),
    "thread": lazy("Discussions that you started"),
    "post": lazy("Posts"),
    "post_edit": lazy("Earlier versions of posts"),
    "update_note": lazy("Updates"),
    "held": lazy("First posts that wait"),
    "conversation_person": lazy("Conversations"),
    "message": lazy("Messages"),
    "message_choice": lazy("Who may write to you"),
    "message_block": lazy("People you do not want to hear from"),
    "attachment": lazy("Files"),
    "document": lazy("Documents"),
    "document_version": lazy("Versions of documents"),
    "document_edition": lazy("Language editions that you work on"),
    "document_review": lazy("Reviews that you were asked for"),
    "document_grant": lazy("Documents opened for you"),
    "access_request": lazy("Documents that you asked to read"),
    "guest_link": lazy("Guest links"),
    "collection": lazy("Collections"),
    "event": lazy("Events"),
    "minutes_version": lazy("Minutes that you wrote"),
    "minutes_amendment": lazy("Amendments that you proposed to minutes"),
    "calendar_subscription": lazy("Addresses of the calendar"),
    "event_answer": lazy("Your answers to events"),
    "agenda_speaker": lazy("Where you speak"),
    "time_poll": lazy("Dates that you sought"),
    "time_vote": lazy("Which times suit you"),
    "event_reply": lazy("What you said to questions about events"),
    "upload_batch": lazy("Files that you sent together"),
    "upload": lazy("Files that you sent"),
    "thank": lazy("Thanks that you gave"),
    "watch": lazy("What you follow"),
    "notice_choice": lazy("How you want to hear of notices"),
    "notice_plan": lazy("When you get mail"),
    "read_mark": lazy("How far you have read"),
    "feed_mark": lazy("How far you have looked through the newsfeed"),
    "notice": lazy("Notices"),
    "activity": lazy("What you did"),
    "audit_entry": lazy("The record of changes"),
    "login": lazy("Devices"),
    "door_key": lazy("Mailed links"),
    "factor": lazy("Second step"),
    "recovery_code": lazy("Recovery codes"),
    "terms_acceptance": lazy("Terms that you accepted"),
    "saved_search": lazy("Searches that you keep"),
    "outbox_mail": lazy("Mails to you"),
    "once": lazy("Forms that were sent"),
    "suspension": lazy("Suspension"),
    "moderation_report": lazy("What you reported"),
    "moderation_case": lazy("Cases about what you wrote"),
    "moderation_decision": lazy("Decisions about what you wrote"),
    "data_copy": lazy("Copies of your data"),
    "erasure": lazy("Erasures"),
}


def erased(name: str) -> str:
    """Return what an erasure does with a column, named as `table.column`."""
    return COLUMNS[name].erase if name in COLUMNS else WORDS


def copied(table: str) -> list[str]:
    """Return the columns of a table by which rows are found for a copy."""
    names = (name.partition(".") for name, column in COLUMNS.items() if column.copied)
    return [column for of, _dot, column in names if of == table]
