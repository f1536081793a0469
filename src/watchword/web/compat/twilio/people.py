"""Who is to be reached, and which verification is meant, as Twilio's clients name them."""

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.features.schemes.askings.rules import Target
from watchword.features.schemes.rules import SchemeId
from watchword.web.compat.twilio.errors import invalid
from watchword.web.compat.twilio.sids import VERIFICATION, read_sid


def read_to(said: str, country: str, parameter: str = "To") -> Contact:
    """Read a phone number in E.164, or an e-mail address. Numbers of `country` are read fast."""
    contact = found_to(said, country)
    if contact is None:
        raise invalid(parameter)
    return contact


def found_to(said: str, country: str) -> Contact | None:
    if "@" in said:
        read = read_email(said)
    else:
        # Who forgets to escape a plus has sent a blank.
        said = f"+{said[1:]}" if said.startswith(" ") else said
        read = read_phone(said, country) if said.startswith("+") else Unreachable("no plus")
    return read if isinstance(read, Contact) else None


def meant(scheme_id: SchemeId, said: str, country: str) -> Target | None:
    """Read what an address names a verification by: its SID, a phone number, an e-mail address."""
    id = read_sid(VERIFICATION, said)
    if id is not None:
        return Target(scheme_id, ChallengeId(id))
    contact = found_to(said, country)
    return None if contact is None else Target(scheme_id, contact)
