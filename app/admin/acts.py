"""What the secretariat does here."""

import base64
import json
import typing as t

import sqlalchemy as sa

from app.core import audit, clock, look, site, switches
from app.core.database import atomic
from app.core.mail import OutboxMail


def send_again(actor: t.Any, number: int | None = None) -> int:
    """Put a mail that failed, or all of them, back to those that wait; return how many there were."""
    failed = OutboxMail.state == "failed" if number is None else sa.and_(
        OutboxMail.state == "failed", OutboxMail.id == number
    )  # fmt: skip
    with atomic() as session:
        row = sa.update(OutboxMail).where(failed).values(state="waiting", tries=0, next_at=clock.now())
        count = t.cast(t.Any, session.execute(row)).rowcount
        if count:
            audit.note(actor, "mail.again", f"mail:{number}" if number else "mail", count=count)
    return int(count)


def set_look(actor: t.Any, values: look.Values, logo: bytes | None) -> None:
    """Set name, colours, texts and, unless it is None, the logo; the record says which of them changed."""
    with atomic():
        now, before = _flat(values), _flat(look.values())
        changed = sorted(name for name in {*now, *before} if now.get(name) != before.get(name))
        if logo is not None and logo != look.logo():
            changed.append("logo")
            site.write("logo", base64.b64encode(logo).decode())
        if changed:
            site.write("look", json.dumps(values, sort_keys=True))
            audit.note(actor, "site.look", "site:1", changed=", ".join(changed))


def switch(actor: t.Any, off: t.Collection[str]) -> None:
    """Let exactly these rooms be switched off; the record says which changed."""
    with atomic():
        before = switches.off()
        turned = {"off": sorted(set(off) - before), "on": sorted(before - set(off))}
        if any(turned.values()):
            switches.put_off(off)
            audit.note(
                actor,
                "site.rooms",
                "site:1",
                **{word: ", ".join(keys) for word, keys in turned.items() if keys},
            )


def _flat(values: look.Values) -> dict[str, str]:
    texts = {
        f"{name} {code}": text for code, own in values.get("texts", {}).items() for name, text in own.items()
    }
    return {**{name: value for name, value in values.items() if name != "texts"}, **texts}
