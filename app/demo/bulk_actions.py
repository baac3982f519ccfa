"""Joint actions of the large demo: bare rows, spread over states, members, themes and years."""

import datetime as dt
import random

import sqlalchemy as sa

from app.actions.models import STATES, Action, ActionTheme, Milestone, Partner, Step
from app.core import text
from app.members.models import Organisation, Theme
from app.search import index
from app.spaces.models import Space

ACTIONS = 500
FORMS = ("advocacy", "research", "conference", "data", "exchange", "training")
WEIGHTS = (25, 20, 30, 8, 12, 5)  # of the states
VERBS = ("Share", "Compare", "Translate", "Review", "Gather", "Test")
OBJECTS = ("guidelines", "figures", "training plans", "meeting notes", "questions", "examples")
FIELDS = ("housing", "education", "culture", "participation", "work", "monitoring")


def add(session, crowd, now):
    """Add the actions, with partners, themes, history and milestones."""
    dice = random.Random(2017)
    spaces = session.scalars(
        sa.select(Space).where(Space.form.in_(("network", "coalition"))).order_by(Space.id)
    ).all()
    houses = list(
        session.scalars(
            sa.select(Organisation.id).where(Organisation.standing == "member").order_by(Organisation.id)
        )
    )
    themes = list(session.scalars(sa.select(Theme.key).order_by(Theme.id)))
    authors, made = sorted(crowd.actors.values(), key=lambda actor: actor.id), []
    for number in range(ACTIONS):
        author, space = dice.choice(authors), dice.choice(spaces)
        made.append(one(session, dice, number, author, space, houses, now))
    session.flush()
    for action in made:
        around(session, dice, action, houses, themes, now)
    session.flush()
    for action in made:
        index.write(action, action.findable())


def one(session, dice, number, author, space, houses, now):
    """One action."""
    begin = (now - dt.timedelta(days=dice.randrange(30, 700))).date()
    end = begin + dt.timedelta(days=dice.randrange(60, 1400))
    detail = f"Sample content. {dice.choice(VERBS)} what other offices know of {dice.choice(FIELDS)}, in two steps."
    action = Action(
        space_id=space.id, audience_id=space.audience_named(dice.choice(space.offers())), author_id=author.id,
        by=author.byline(), language="en",
        title=f"{dice.choice(VERBS)} {dice.choice(OBJECTS)} on {dice.choice(FIELDS)} {number + 1}",
        detail=detail, html=text.render(detail), renderer=text.RENDERER, form=dice.choice(FORMS),
        state=dice.choices(STATES, WEIGHTS)[0], state_at=now, lead_id=dice.choice(houses), begins=begin.isoformat(),
        ends=end.isoformat() if number % 9 else "", due=end if number % 9 else None, version=1, at=now, changed=now,
        reminded=end, warned=end,  # nobody is told of these
    )  # fmt: skip
    session.add(action)
    return action


def around(session, dice, action, houses, themes, now):
    """What hangs on an action."""
    for house in dice.sample(houses, dice.randrange(0, 4)):
        if house != action.lead_id:
            session.add(Partner(action_id=action.id, organisation_id=house, at=now))
    for key in dice.sample(themes, 2):
        session.add(ActionTheme(action_id=action.id, theme=key))
    session.add(Step(action_id=action.id, state=action.state, by_id=action.author_id, by=action.by, at=now))
    if action.due is not None:
        day = action.due - dt.timedelta(days=30)
        session.add(
            Milestone(
                action_id=action.id, title="Half way", language="en", day=day.isoformat(), due=day, at=now
            )
        )
