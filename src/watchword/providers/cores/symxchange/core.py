"""Symitar by SymXchange: PINs in preference records, read and written with administrative
credentials. Built to public documentation, not certified by Jack Henry, not tried on a live core.

It has no way to write a PIN only if the one before is still there; so we look right before, which
leaves a moment in which somebody else may change it.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    CoreName,
    CoreTraits,
    FindBy,
    Member,
    MemberRef,
    PinConflict,
    PinEnd,
    PinFits,
    PinLocked,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    PinVerdict,
    PinWrong,
    Unavailable,
)
from watchword.features.delivery.rules import Unavailable as NotReached
from watchword.features.delivery.rules import Uncertain
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Now
from watchword.providers.channels.http_exchange import HttpExchange
from watchword.providers.channels.network import check_url
from watchword.providers.cores.ailments import Ailments
from watchword.providers.cores.objections import objection
from watchword.providers.cores.readings import text_of
from watchword.providers.cores.symxchange.audio import (
    LENGTH,
    MODES,
    RESERVED,
    Audio,
    Meaning,
    chosen,
    state_of,
)
from watchword.providers.cores.symxchange.names import members_of
from watchword.providers.cores.symxchange.settings import (
    HashMode,
    SymxchangeSettings,
    read_password,
)
from watchword.providers.cores.symxchange.soap import (
    LONGEST_ANSWER,
    Called,
    Fault,
    Load,
    NotUnderstood,
    Record,
    Soap,
    WsdlWrong,
    records,
    reveal_into,
    values,
)

ACCOUNT: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
RECORDS_AT_MOST: Final = 50
PREFERENCES, NAMES, ONE_ACCOUNT = "getPreferencePagedList", "getNamePagedList", "getAccount"
WRITE: Final = "updatePreferenceByID"
LOOKED_UP: Final = {
    FindBy.TAX_ID: ("findBySSN", "SSN"),
    FindBy.CARD_NUMBER: ("findByActiveCard", "CardNumber"),
}
DIRECT: Final = frozenset({FindBy.ACCOUNT_NUMBER, FindBy.MEMBER_NUMBER})
NOBODY_HAS: Final = "0"


class SymxchangeCore:
    """Fills the `BankingCore` port."""

    def __init__(
        self,
        settings: SymxchangeSettings,
        name: CoreName,
        now: Now,
        *,
        load: Load = import_module,
    ) -> None:
        self._settings = settings
        self._now = now
        self._password = read_password(Path(settings.credentials))
        self._ailments = Ailments(name)
        self._exchange = HttpExchange(
            settings.timeout_seconds, settings.ca_file, longest_reply=LONGEST_ANSWER
        )
        path, url = Path(settings.account_wsdl), settings.account_url
        self._accounts = Soap(path, url, self._exchange, name, load=load)
        self._accounts.requires(PREFERENCES, NAMES, WRITE)
        self._finds: Soap | None = None
        if settings.find_wsdl is not None:
            path, url = Path(settings.find_wsdl), settings.find_url
            self._finds = Soap(path, url, self._exchange, name, load=load)
        for service in filter(None, (self._accounts, self._finds)):
            _check_address(service, allow_clear=settings.allow_clear)

    @property
    def ailment(self) -> str | None:
        return self._ailments.last

    @property
    def traits(self) -> CoreTraits:
        able = {
            Capability.SET_PIN,
            Capability.PIN_CHANGE_DATE,
            Capability.CONTACT_DATES,
            Capability.LOCK_STATE,
        }
        if self._settings.hash_mode is HashMode.CLEAR:
            able |= {Capability.READ_PIN, Capability.VERIFY_PIN, Capability.CORE_INFO}
        return CoreTraits(
            pin_mode=MODES[self._settings.hash_mode],
            capabilities=frozenset(able),
            finds_by=DIRECT | {by for by, (name, _) in LOOKED_UP.items() if self._can_find(name)},
            reserved_pins=RESERVED,
            pin_lengths=(LENGTH, LENGTH),
        )

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        looked_for = value.reveal()
        if by not in self.traits.finds_by or not re.fullmatch("[0-9]{1,19}", looked_for, re.ASCII):
            return []
        accounts: Sequence[str] | Unavailable = [looked_for]
        if by in LOOKED_UP:
            accounts = await self._look_up(*LOOKED_UP[by], looked_for)
        if isinstance(accounts, Unavailable):
            return accounts
        members: list[Member] = []
        for account in accounts[:RECORDS_AT_MOST]:
            found = await self._members(account)
            if isinstance(found, Unavailable):
                return found
            members += found
        return members

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        audios = await self._audios(ref)
        if isinstance(audios, Unavailable):
            return audios
        frozen = await self._is_frozen(ref)
        return frozen if isinstance(frozen, Unavailable) else self._state(audios, is_frozen=frozen)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        if self._settings.hash_mode is not HashMode.CLEAR:
            return Unavailable()
        audios = await self._audios(ref)
        if isinstance(audios, Unavailable):
            return audios
        frozen = await self._is_frozen(ref)
        if isinstance(frozen, Unavailable):
            return frozen
        if frozen or (audios and all(audio.is_locked for audio in audios)):
            return PinLocked()
        meant = next((audio for audio in audios if audio.pin == pin), None)
        if meant is None or meant.is_locked:
            return PinWrong() if meant is None else PinLocked()
        return PinFits(self._state([meant], is_frozen=False))

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        if reason := objection(pin, self.traits):
            return PinRefused(reason)
        audios = await self._audios(ref)
        if isinstance(audios, Unavailable):
            return audios
        if expected.version is None:
            return PinRefused("it has several PINs, and none was told") if audios else PinConflict()
        meant = next((audio for audio in audios if audio.version == expected.version), None)
        if meant is None:
            return PinConflict()
        if meant.meaning is Meaning.NONE_ISSUED:
            return PinRefused("none is to be issued")
        return await self._write(ref, meant, pin)

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        if self._settings.hash_mode is not HashMode.CLEAR:
            return None
        audios = await self._audios(ref)
        if isinstance(audios, Unavailable):
            return None
        return any(audio.pin == pin for audio in audios)

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        """A freeze is lifted by staff of the credit union, and by nobody else."""
        return False

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        """Tracking records are of a type that each credit union sets up for itself."""

    async def is_well(self) -> bool:
        asked = await self._read(NAMES, _of_account(NOBODY_HAS) | _PAGE)
        return not isinstance(asked, Unavailable)

    async def close(self) -> None:
        await self._exchange.close()

    async def _write(self, ref: MemberRef, meant: Audio, pin: Secret) -> PinEnd:
        fields: dict[str, Any] = {"AudioAccess": pin.reveal()}
        if self._settings.writes_change_date:
            fields["LastAccessChangeDate"] = self._now().date()
        request = {
            **_of_account(ref.account.reveal()),
            "PreferenceLocator": int(meant.locator),
            "PreferenceUpdateableFields": fields,
        }
        try:
            return self._ended(await self._accounts.call(WRITE, self._signed(request)))
        except WsdlWrong as fault:
            return self._ailments.gone(str(fault))

    def _ended(self, called: Called) -> PinEnd:
        match called:
            case NotReached():
                return self._ailments.gone(_reason(called))
            case Fault(is_maintenance=True):
                return self._ailments.gone(_reason(called), during_maintenance=True)
            case Fault(is_nobody=True):
                return PinConflict()
            case Fault(is_ours=True):
                return PinRefused(_reason(called))
            case Fault() | NotUnderstood() | Uncertain():
                self._ailments.note(_reason(called))
                return PinUnknown()
            case _:
                return _written(called)

    async def _look_up(self, operation: str, field: str, value: str) -> list[str] | Unavailable:
        found = await self._read(operation, {field: value}, self._finds)
        if isinstance(found, Unavailable):
            return found
        return [*dict.fromkeys(filter(ACCOUNT.fullmatch, values(found, "AccountNumber")))]

    async def _members(self, account: str) -> Sequence[Member] | Unavailable:
        if not ACCOUNT.fullmatch(account):
            return []
        account = account.lstrip("0") or NOBODY_HAS
        found = await self._read(NAMES, _of_account(account) | _PAGE)
        if isinstance(found, Unavailable):
            return found
        return members_of(account, records(found, "Name"))

    async def _audios(self, ref: MemberRef) -> Sequence[Audio] | Unavailable:
        found = await self._read(PREFERENCES, _of_account(ref.account.reveal()) | _PAGE)
        if isinstance(found, Unavailable):
            return found
        kind, mode = self._settings.preference_type, self._settings.hash_mode
        return chosen(records(found, "Preference"), kind, mode)

    async def _is_frozen(self, ref: MemberRef) -> bool | Unavailable:
        if not self._accounts.offers(ONE_ACCOUNT):
            return False
        found = await self._read(ONE_ACCOUNT, _of_account(ref.account.reveal()))
        if isinstance(found, Unavailable):
            return found
        told = next(iter(records(found, "Account")), found)
        return (text_of(told.get("frozenmode")) or "0") != "0"

    async def _read(
        self, operation: str, request: Mapping[str, Any], service: Soap | None = None
    ) -> Record | Unavailable:
        """Ask for records. Whom it does not know has none."""
        try:
            found = await (service or self._accounts).call(operation, self._signed(request))
        except WsdlWrong as fault:
            return self._ailments.gone(str(fault))
        if isinstance(found, dict) or (isinstance(found, Fault) and found.is_nobody):
            self._ailments.well()
            return found if isinstance(found, dict) else {}
        return self._ailments.gone(_reason(found), during_maintenance=_is_maintenance(found))

    def _signed(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        device = {
            "DeviceType": self._settings.device_type,
            "DeviceNumber": self._settings.device_number,
        }
        return {
            "MessageId": f"watchword-{secrets.token_hex(8)}",
            "Credentials": reveal_into(self._password),
            "DeviceInformation": device,
            **request,
        }

    def _state(self, audios: Sequence[Audio], *, is_frozen: bool) -> PinState:
        return state_of(audios, self._settings.hash_mode, is_frozen=is_frozen)

    def _can_find(self, operation: str) -> bool:
        return self._finds is not None and self._finds.offers(operation)


_PAGE: Final = {
    "PagingRequestContext": {
        "NumberOfRecordsToReturn": RECORDS_AT_MOST,
        "NumberOfRecordsToSkip": 0,
    }
}


def _of_account(account: str) -> dict[str, Any]:
    return {"AccountNumber": account}


def _check_address(service: Soap, *, allow_clear: bool) -> None:
    try:
        check_url("the address in the WSDL", service.url, allow_clear=allow_clear)
    except ValueError as fault:
        raise WsdlWrong(service.path, str(fault).rstrip(".")) from None


def _written(found: Record) -> PinEnd:
    """Read whether all fields were written: the answer says so in words of its own."""
    said = values(found, "isAllFieldsUpdateSuccess")
    if not said:
        return PinUnknown()
    return PinSet() if said[0].lower() in {"true", "1"} else PinRefused("a field was not written")


def _reason(called: Called) -> str:
    match called:
        case NotReached(reason) | Uncertain(reason):
            return reason
        case NotUnderstood(status):
            return f"HTTP {status}, and no answer that the WSDL describes"
        case Fault(is_maintenance=True):
            return "off host"
        case _:
            return "a fault of SymXchange"


def _is_maintenance(called: Called) -> bool:
    return isinstance(called, Fault) and called.is_maintenance
