"""What rests about a recipient is opened, and it is decided whether they are written to now."""

from dataclasses import dataclass, field
from datetime import datetime, time

from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.sending.candidates.store import Candidate
from watchword.features.campaigns.sending.clocks import Clocks, clocks_of
from watchword.features.campaigns.sending.rules import (
    BAD_ADDRESS,
    ERASED,
    WAITS_AT_MOST,
    Gone,
    Held,
    Ready,
    closes_at,
    narrowed,
)
from watchword.features.campaigns.texts import text_for
from watchword.features.consents.quiet.rules import UTC_ZONE, leaves_at, zone_of
from watchword.features.contacts.rules import HIDDEN, Contact, ContactKind, reread
from watchword.features.contacts.store import PersonKey, SealedContact
from watchword.features.contacts.suppressions.rules import digest_of
from watchword.features.customers.profiles import place_of, read_back
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import KeyAway, Place, SealBroken, Sealer
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is the same for all recipients of a campaign in one turn."""

    organisation: Organisation
    zone: str
    keys: OrganisationKeys = field(repr=False)
    provider: ProviderName
    opens: time
    closes: time
    """The hours that the organisation has chosen. They are never longer than those of the law."""

    @property
    def hours(self) -> tuple[time, time, str]:
        """Name what the hours of recipients come of. If it changes, all who wait are asked anew."""
        return self.opens, self.closes, self.zone

    @property
    def whose(self) -> OrganisationId:
        return self.organisation.id


class Reading:
    """Reads recipients of one campaign at one moment; what is alike for many is found once."""

    def __init__(self, setting: Setting, campaign: Campaign, now: datetime) -> None:
        self._setting = setting
        self._campaign = campaign
        self._now = now
        self._hours = dict[Clocks, tuple[datetime, datetime]]()
        self._by_night = (
            setting.organisation.mode is Mode.TEST and not campaign.draft.honours_quiet_hours
        )
        self._home = zone_of(setting.zone) or UTC_ZONE

    def of(self, candidate: Candidate) -> Ready | Held | Gone:
        """Open what rests about somebody, and say whether they can be written to now."""
        sealed, number = candidate.contact, candidate.number
        if sealed is None or candidate.customer_id is None:
            return Gone(number, ERASED)
        try:
            contact, name = self._opened(sealed), self._given_name(candidate)
        except KeyAway:
            raise  # It may well come back, and nobody is given up for it.
        except SealBroken:
            return Gone(number, BAD_ADDRESS)
        opens, until = self._window(contact)
        if opens is not None:
            return Held(number, opens)
        draft = self._campaign.draft
        locale, _ = text_for(draft.texts, candidate.locale or "", draft.fallback_locale)
        return Ready(
            number=number,
            contact_id=sealed.id,
            contact=contact,
            digest=digest_of(self._setting.keys, contact),
            locale=locale,
            name=name,
            not_after=until,
        )

    def _opened(self, sealed: SealedContact) -> Contact:
        place = Place(self._setting.whose, "contact_points", "value", str(sealed.id))
        value = self._sealer(sealed.key).open(sealed.sealed_value, place).decode()
        if sealed.kind is ContactKind.PHONE:
            # It is kept as it was read. To read it anew takes longer than all the rest.
            secret = Secret(value)
            return Contact(ContactKind.PHONE, secret, secret, HIDDEN)
        return reread(sealed.kind, value)

    def _given_name(self, candidate: Candidate) -> str:
        """Read what somebody is called, if the texts say it and it is known."""
        key, id = candidate.profile_key, candidate.customer_id
        if candidate.profile is None or key is None or id is None:
            return ""
        content = self._sealer(key).open(candidate.profile, place_of(self._setting.whose, id))
        profile = read_back(content)
        return profile.given_name or profile.family_name

    def _sealer(self, key: PersonKey) -> Sealer:
        if key.data_version not in self._setting.keys.data:
            raise KeyAway("The key of the organisation is not here in that version.")
        return Sealer({1: self._setting.keys.unwrap_person(key.data_version, key.wrapped)})

    def _window(self, contact: Contact) -> tuple[datetime | None, datetime]:
        """Give when good hours begin, if they have not; and until when something may leave."""
        until = min(self._now + WAITS_AT_MOST, self._campaign.draft.ends_at or self._now)
        if self._by_night:
            return None, until
        address, organisation = contact.canonical.reveal(), self._setting.organisation
        clocks = clocks_of(contact.kind, address, self._setting.zone, organisation.country)
        opens, closes = self._hours_of(clocks)
        return (opens, until) if opens > self._now else (None, min(until, closes))

    def _hours_of(self, clocks: Clocks) -> tuple[datetime, datetime]:
        """Give when it is a good hour by some clocks, and when no longer."""
        found = self._hours.get(clocks)
        if found is None:
            hours = narrowed(clocks.hours, self._setting.opens, self._setting.closes)
            opens = leaves_at(self._now, clocks.zones, hours, self._home)
            closes = closes_at(self._now, clocks.zones, hours)
            found = self._hours[clocks] = opens, closes
        return found
