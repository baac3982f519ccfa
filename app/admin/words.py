"""The words for what is stored as a key: states of mails, kinds of mails, acts in the record."""

from app.core.languages import lazy

MAIL_STATES = {
    "waiting": (lazy("Waiting"), "tag--go"),
    "sent": (lazy("Sent"), "tag--done"),
    "failed": (lazy("Failed"), "tag--late"),
    "stopped": (lazy("Stopped"), ""),
}
MAIL_KINDS = {
    "link": lazy("Link to sign in"),
    "reset": lazy("Link to set a new password"),
    "invite": lazy("Invitation"),
    "password_changed": lazy("Password was changed"),
}
ACTS = {
    "space.create": lazy("Founded a group"),
    "space.admit": lazy("Let somebody into a group"),
    "space.decline": lazy("Turned down a request"),
    "space.remove": lazy("Took somebody out of a group"),
    "space.role": lazy("Changed a role"),
    "space.enter": lazy("Entered a private group"),
    "mail.again": lazy("Sent failed mail again"),
    "members.add_organisation": lazy("Took in an organisation"),
    "members.add_person": lazy("Took in a person"),
    "members.give_seat": lazy("Gave a seat"),
    "members.end_seat": lazy("Ended a seat"),
    "members.accepted": lazy("Took up an invitation"),
    "members.password": lazy("Set a new password"),
}
READERS = {"search": lazy("Search index"), "notices": lazy("Notices"), "unread": lazy("Unread discussions")}
