"""What the demo accounts follow, and how each of them hears of it: every setting can be seen at work."""

from app.core import watches
from app.core.database import atomic
from app.demo import network
from app.notifications import plans

# Subjects and members that an account follows, beside its groups and what it wrote in.
FOLLOWED = {
    "secretariat": ["topic:monitoring", "region:Africa", "region:Latin America and the Caribbean"],
    "nairobi": ["topic:housing", "topic:participation", "region:Africa", "UGZ"],
    "graz-chair": ["topic:education", "topic:monitoring", "NBO", "BLG"],
    "bologna": ["topic:housing", "region:Europe", "UGZ"],
    "casablanca": ["topic:migration", "region:Arab States"],
    "partner": ["topic:youth"],
}
# Ways that differ from the usual ones, by kind of notice; and plans of mail.
WAYS = {
    "nairobi": {"reply": "once"},
    "partner": {"answer": "digest"},
    "scientific-body": {"news": "web", "reply": "web"},
}
PLANS = {
    "nairobi": {"every": "daily", "hour": 7, "quiet": True, "quiet_from": 19, "quiet_to": 7},
    "bologna": {"every": "weekly", "weekday": 0, "hour": 9, "weekend": True},
    "casablanca": {"every": "weekly", "weekday": 4, "hour": 10},
    "moderator": {"every": "never"},
}


def listen(cast):
    """Let the accounts choose; what was said before that is told to nobody anew."""
    with atomic():
        for space, who, role in network.belongings():
            place = cast.spaces[space]
            if place.form != "network":
                level = watches.ALL if role == "facilitator" else watches.FOLLOW
                watches.watch(cast.persons[who].id, place.ref, level, softly=True)
        for who, names in FOLLOWED.items():
            for name in names:
                ref = name if ":" in name else cast.organisations[name].ref
                watches.watch(cast.persons[who].id, ref, watches.FOLLOW, softly=True)
        for who in sorted({*WAYS, *PLANS}):
            ways = {(0, kind): way for kind, way in WAYS.get(who, {}).items()}
            plans.choose(cast.actors[who], ways, PLANS.get(who))
