"""Replays the sample discussions and updates through the ordinary acts, each at its own time."""

import datetime as dt
import io
import re

import sqlalchemy as sa

from app.board import acts as board
from app.board import care
from app.board.models import Post
from app.core import clock, files
from app.demo import content, papers
from app.extensions import db
from app.feed import acts as feed

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def keep_papers():
    """Store all attachments before the transaction: (discussion, number of post) to kept files."""
    found = {}
    for discussion in content.discussions():
        for number, post in enumerate([discussion["opening"], *discussion["replies"]], 1):
            found[discussion["key"], number] = [
                files.keep(io.BytesIO(papers.make(paper)), paper["name"]) for paper in post["attach"]
            ]
    return found


class Talk:
    """Everything that is said in the demo network, in the order of time."""

    def __init__(self, cast, kept, now):
        self.cast, self.kept, self.now = cast, kept, now
        self.threads = {}
        self.moments = []  # (when, turn, what to do): the turn keeps the order of equal times
        for discussion in content.discussions():
            self.plan(discussion)
        for update in content.updates():
            self.at(now - dt.timedelta(days=update["age_days"]), self.share, update)

    def at(self, when, deed, *args):
        """Remember what happens at a time, never later than now."""
        self.moments.append((min(when, self.now - MINUTE), len(self.moments), deed, args))

    def plan(self, discussion):
        """One discussion: start, replies, thanks, and how it was looked after."""
        start = self.now - dt.timedelta(days=discussion["age_days"])
        posts = [discussion["opening"], *discussion["replies"]]
        self.at(start, self.start, discussion)
        for number, reply in enumerate(discussion["replies"], 2):
            self.at(start + reply["after"] * HOUR, self.reply, discussion, number, reply)
        for turn, (who, number) in enumerate(discussion["thanks"]):
            thanked = start + posts[number - 1]["after"] * HOUR + (40 + 37 * turn) * MINUTE
            self.at(thanked, self.thank, discussion, who, number)
        self.plan_care(discussion, start, start + posts[-1]["after"] * HOUR)

    def plan_care(self, discussion, start, end):
        """Pinning, where it stands, closing."""
        if discussion["pinned"]:
            self.at(start + 10 * MINUTE, self.look_after, care.set_pinned, discussion, True)
        if discussion["outcome"]:
            self.at(
                start + discussion["outcome"]["after"] * HOUR,
                self.conclude,
                discussion,
                discussion["outcome"],
            )
            end = max(end, start + discussion["outcome"]["after"] * HOUR)
        if discussion["closed"]:
            self.at(end + 5 * MINUTE, self.look_after, care.set_closed, discussion, True)

    def replay(self):
        """Let everything happen."""
        for when, _turn, deed, args in sorted(self.moments, key=lambda moment: moment[:2]):
            with clock.at(when):
                deed(*args)

    def catch_up(self, since):
        """Everybody has read what was said until a week ago; what came since is new to them."""
        old = [thread for thread in self.threads.values() if thread.last_at < since]
        for actor in self.cast.actors.values():
            for thread in old:
                if thread.readable_by(actor.viewer):
                    care.mark_read(actor, thread, thread.posts)

    def start(self, discussion):
        """The opening post."""
        self.threads[discussion["key"]] = board.start_thread(
            self.who(discussion), self.cast.spaces[discussion["space"]], topic=discussion["topic"],
            title=discussion["title"], body=self.words(discussion["body"]), language=discussion["language"],
            audience=discussion["audience"], organisation=self.voice(discussion),
            files=self.kept[discussion["key"], 1],
        )  # fmt: skip

    def reply(self, discussion, number, reply):
        """A reply."""
        board.post_reply(
            self.who(reply), self.threads[discussion["key"]], self.words(reply["body"]), reply_to=reply["to"],
            organisation=self.voice(reply), language=reply["language"],
            files=self.kept[discussion["key"], number],
        )  # fmt: skip

    def thank(self, discussion, who, number):
        """A thank for a post."""
        thread = self.threads[discussion["key"]]
        post = db.session.scalar(sa.select(Post).where(Post.thread_id == thread.id, Post.number == number))
        care.thank(self.cast.actors[who], post)

    def look_after(self, deed, discussion, on):
        """Pin or close."""
        deed(self.who(discussion), self.threads[discussion["key"]], on)

    def conclude(self, discussion, outcome):
        """Where this stands."""
        spoke = {"voice": discussion["voice"], **outcome}
        thread = self.threads[discussion["key"]]
        care.conclude(self.who(spoke), thread, self.words(outcome["body"]), organisation=self.voice(spoke))

    def share(self, update):
        """An update."""
        feed.share_update(
            self.who(update), body=self.words(update["body"]), space=self.cast.spaces[update["space"]],
            audience=update["audience"], language=update["language"], organisation=self.voice(update),
        )  # fmt: skip

    def who(self, post):
        """Who wrote it, as an actor."""
        return self.cast.actors[post["by"]]

    def voice(self, post):
        """The organisation that it was said for, None for a personal word."""
        actor = self.who(post)
        return actor.voice(actor.org.id) if post["voice"] == "organisation" else None

    def words(self, body):
        """The text with the handles of those whom it means by {@name}."""
        return re.sub(r"\{@([^}]+)\}", lambda match: f"@{self.cast.handle(match[1])}", body)
