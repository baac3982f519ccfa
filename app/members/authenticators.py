"""What the WebAuthn library does for passkeys. Imported when the first passkey is made or asked for, never at the start:

the library and what it brings along weigh 12 MB in each process.
"""

import contextlib
import json
import typing as t

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

Known = t.Iterable[str]  # credentials by their numbers, in base64url


@contextlib.contextmanager
def _checking() -> t.Iterator[None]:
    try:
        yield
    except WebAuthnException as error:
        raise ValueError(str(error)) from error


def _described(known: Known) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(number)) for number in known]


def _plain(options: t.Any) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", json.loads(webauthn.options_to_json(options)))


def to_make(host: str, title: str, person: t.Any, challenge: bytes, known: Known) -> dict[str, t.Any]:
    """Return what the browser is asked in order to make a passkey for a person who has the `known` ones."""
    return _plain(
        webauthn.generate_registration_options(
            rp_id=host, rp_name=title, user_name=person.email, user_display_name=person.name,
            user_id=str(person.id).encode(), challenge=challenge, exclude_credentials=_described(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    )  # fmt: skip


def made(answer: t.Any, challenge: bytes, host: str, origin: str) -> t.Any:
    """Return a new passkey; raises ValueError, or what a hostile answer makes the parsers raise."""
    with _checking():
        return webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=host, expected_origin=origin
        )


def to_ask(host: str, challenge: bytes, known: Known, owner: bool) -> dict[str, t.Any]:
    """Return what the browser is asked: for one of these passkeys, or any; with `owner` it must ask for its owner."""
    return _plain(
        webauthn.generate_authentication_options(
            rp_id=host, challenge=challenge, allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED if owner else UserVerificationRequirement.PREFERRED,
        )
    )  # fmt: skip


def used(
    answer: t.Any, challenge: bytes, host: str, origin: str, public: bytes, counter: int, owner: bool
) -> int:
    """Return a passkey's new counter; raises ValueError, or what a hostile answer makes the parsers raise."""
    with _checking():
        found = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=host, expected_origin=origin,
            credential_public_key=public, credential_current_sign_count=counter, require_user_verification=owner,
        )  # fmt: skip
    return int(found.new_sign_count)
