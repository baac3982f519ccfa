"""Puts the joint actions of the 2017 meeting into the demo network, with sample progress, each at its own time."""

import datetime as dt

from app.actions import acts, meetings, needed, progress
from app.demo import conferences, content
from app.members import goals

DAY = dt.timedelta(days=1)
ENTERED = 59 * DAY  # before now: after the founding, before the first progress
# What the words of the report mean in the lists of this site.
STATES = {
    "proposed": "proposed", "agreed": "agreed", "in progress": "going", "done": "done", "on hold": "held",
    "dropped": "dropped",
}  # fmt: skip
FORMS = {
    "G1": "advocacy", "G2": "exchange", "G3": "conference", "G4": "funding", "A1": "outreach", "A2": "questionnaire",
    "A3": "training", "B1": "research", "B2": "data", "B3": "exchange", "B4": "conference", "C1": "advocacy",
    "C2": "research", "R1": "other",
}  # fmt: skip
THEMES = {
    "human rights": "human-rights", "urban inclusion": "urban-inclusion", "migration": "migration", "research": "research",
    "data": "data", "advocacy": "awareness",
}  # fmt: skip
UNTIL = {"until December 2018": "2018-12"}
SHORT = "Paris 2017"


def told(one):
    """What the report says of an action: the action itself, an example where it has one, and what it calls it."""
    example = [f"Example: {one['example']}."] if one["example"] else []
    return "\n\n".join([one["detail"], *example, f"In the report: {one['kind']}."])


class Actions:
    """Everything that is said of joint actions, as moments of what happens in the demo network."""

    def __init__(self, talk):
        self.talk, self.cast, self.now = talk, talk.cast, talk.now
        self.known, self.marks, self.origin = {}, {}, None
        self.facts, self.said = content.facts("joint_actions.json"), content.texts("actions.toml")
        talk.at(self.now - ENTERED, self.enter)
        talk.at(self.now - dt.timedelta(hours=1), self.hold)
        for kind, deed in (
            ("step", self.step),
            ("note", self.note),
            ("milestone", self.milestone),
            ("need", self.need),
        ):
            for one in self.said.get(kind, ()):
                talk.at(self.now - one["age_days"] * DAY, deed, one)
        for one in self.said["need"]:
            if "offer" in one:
                talk.at(self.now - one["offer_age_days"] * DAY, self.offer, one)
        for one in self.said["milestone"]:
            if "reached" in one:
                talk.at(self.now - one["reached"] * DAY, self.reach, one)

    def enter(self):
        """The meeting, its milestones, and what was agreed or proposed there, as its report says it."""
        secretariat, network = self.cast.actors["secretariat"], self.cast.spaces["network"]
        meeting = self.facts["meeting"]
        self.origin = meetings.add_origin(
            secretariat, network, title=meeting["title"], begins=meeting["start"], ends=meeting["end"],
            place=meeting["place"], source=meeting["source"], short=SHORT, language="en",
            convened=meeting["convened_by"], aims="\n".join(meeting["goals"]), attended="\n".join(meeting["participants"]),
            detail=self.about(),
        )  # fmt: skip
        for one in self.facts["milestones"]:
            progress.add_milestone(secretariat, self.origin, one["what"], one["date"])
        for one in self.facts["actions"]:
            self.known[one["id"]] = self.action(secretariat, network, one)

    def hold(self):
        """The meeting stands in the calendar too."""
        secretariat, fact = self.cast.actors["secretariat"], self.facts["meeting"]
        fact = {**fact, "what": fact["title"]}
        held = conferences.enter(secretariat, self.cast.spaces["network"], fact, form="meeting")
        meetings.change_origin(secretariat, self.origin, {}, ties={meetings.HELD: [held.ref]})

    def about(self):
        """What else the facts say of the meeting, each line of them as a list."""
        meeting = self.facts["meeting"]
        said = {
            "Formats": meeting["formats"], "Attached to its report": meeting["attachments_mentioned"],
            "Themes named": self.facts["themes_named"], "Concerns named": self.facts["concerns_named"],
        }  # fmt: skip
        return "\n\n".join(f"**{name}:** {'; '.join(rows)}." for name, rows in said.items())

    def action(self, secretariat, network, one):
        """One action of the report; who leads it in this demo is a sample."""
        own, frame = self.said.get(one["id"], {}), one["timeframe"] or ""
        ends = UNTIL.get(frame, "")
        if "ends_in_days" in own:
            ends = (self.now + own["ends_in_days"] * DAY).date().isoformat()
        begun = own.get("begun_days_ago")
        begins = (self.now - begun * DAY).date().isoformat() if begun else ""
        return acts.propose(
            secretariat, network, audience="public", state=STATES[one["status"]], title=one["title"], detail=told(one),
            language="en", form=FORMS[one["id"]], themes=filter(None, map(THEMES.get, one["themes"])),
            asked=", ".join(one["actors"]), for_whom=one["audience"] or "", begins=begins, ends=ends,
            rhythm="" if frame in UNTIL else frame,
            means=one["funding"] or "", builds_on=one["builds_on"] or "", origin_id=self.origin.id, section=one["section"],
            sdgs=goals.kept(one["sdgs"], goals.SDGS),
            line=one["id"], lead_id=self.house(own["lead"]) if "lead" in own else None,
            partner_ids=[self.house(who) for who in own.get("partners", ())],
            organisation=secretariat.voice(secretariat.org.id),
        )  # fmt: skip

    def house(self, who):
        """The organisation of an account."""
        return self.cast.actors[who].org.id

    def step(self, one):
        """An action moves on."""
        acts.set_state(self.cast.actors[one["by"]], self.known[one["action"]], one["state"], one["why"])

    def note(self, one):
        """How it goes."""
        progress.note(
            self.cast.actors[one["by"]], self.known[one["action"]], one["body"], internal=one.get("internal", False),
            language=one["language"],
        )  # fmt: skip

    def milestone(self, one):
        """A day on which something is to be reached."""
        day = (self.now + one["in_days"] * DAY).date().isoformat()
        actor, action = self.cast.actors[one["by"]], self.known[one["action"]]
        self.marks[one["title"]] = progress.add_milestone(actor, action, one["title"], day)

    def need(self, one):
        """What an action asks for; some was offered."""
        self.marks[one["title"]] = needed.ask(
            self.cast.actors[one["by"]], self.known[one["action"]], one["form"], one["title"]
        )  # fmt: skip

    def offer(self, one):
        """An organisation offers it; some offers were accepted."""
        action, need, who = (
            self.known[one["action"]],
            self.marks[one["title"]],
            self.cast.actors[one["offer_by"]],
        )
        pledge = needed.offer(who, action, need, who.org, one["offer"])
        if one.get("accepted"):
            needed.answer(self.cast.actors[one["by"]], action, need, pledge, "accepted")

    def reach(self, one):
        """A milestone is reached."""
        progress.reach(self.cast.actors[one["by"]], self.known[one["action"]], self.marks[one["title"]], True)
