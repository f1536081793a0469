"""One call to a service that a WSDL describes: zeep writes it and reads the answer, and our own
connections carry it, which know whether something was sent before it failed.

zeep quotes whole messages in its log, and answers in its faults. Neither is heard.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, TypeAlias

from watchword.features.cores.rules import CoreName
from watchword.features.delivery.rules import Unavailable, Uncertain
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import HttpExchange

LONGEST_ANSWER: Final = 4 * 1024 * 1024
TALKATIVE: Final = "zeep"
OFF_HOST: Final = "off host"
NOT_FOUND: Final = ("not found", "does not exist", "invalid account number")
OURS: Final = ("client", "sender")
UNSENT: Final = (TypeError, ValueError, LookupError, AttributeError)

Load = Callable[[str], ModuleType]
Record: TypeAlias = dict[str, Any]
"""What stands in an element, under names in small letters: installations differ in capitals."""


class SymxchangeMissing(WatchwordError):
    """The library is not installed; the message says how to install it."""

    def __init__(self, name: CoreName) -> None:
        super().__init__(
            f"cores.{name} uses zeep, which is not installed. "
            "Install it with: pip install '.[symxchange]'"
        )


class WsdlWrong(WatchwordError):
    """A description of a service cannot be used; the message says which."""

    def __init__(self, path: Path, because: str) -> None:
        super().__init__(f"The WSDL in {path} cannot be used: {because}.")


@dataclass(frozen=True, slots=True)
class Fault:
    """The service has said no. `is_ours`: because of what was asked, so nothing was done."""

    is_ours: bool = False
    is_maintenance: bool = False
    is_nobody: bool = False


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """There was an answer, and it is none that the WSDL describes."""

    status: int


Called: TypeAlias = Record | Fault | NotUnderstood | Unavailable | Uncertain


class Soap:
    """A service."""

    def __init__(
        self,
        path: Path,
        url: str | None,
        exchange: HttpExchange,
        name: CoreName,
        *,
        load: Load = import_module,
    ) -> None:
        try:
            self._zeep: Any = load("zeep")
            self._etree: Any = load("lxml.etree")
        except ImportError:
            raise SymxchangeMissing(name) from None
        settings = self._zeep.Settings(strict=False, forbid_dtd=True)
        try:
            self._client = self._zeep.Client(str(path), transport=_Files(path), settings=settings)
            self._service = self._client.service
        except WsdlWrong:
            raise
        except Exception:  # noqa: BLE001 - a parser may raise whatever it likes
            raise WsdlWrong(path, "it is none, or has no service") from None
        finally:
            _hush()
        self.path = path
        self._url = url or str(self._service._binding_options["address"])  # noqa: SLF001
        self._exchange = exchange

    @property
    def url(self) -> str:
        return self._url

    def offers(self, operation: str) -> bool:
        return operation in self._operations

    def requires(self, *operations: str) -> None:
        if missing := [each for each in operations if each not in self._operations]:
            raise WsdlWrong(self.path, f"it lacks {missing[0]}")

    async def call(self, operation: str, request: Mapping[str, Any]) -> Called:
        try:
            envelope = self._client.create_message(self._service, operation, Request=request)
        except (self._zeep.exceptions.Error, *UNSENT):
            raise WsdlWrong(self.path, f"it does not take {operation} as we write it") from None
        action = self._operations[operation].soapaction
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
        body = self._etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
        reply = await self._exchange.ask("POST", self._url, headers, body)
        if isinstance(reply, Unavailable | Uncertain):
            return reply
        return self._read(operation, reply.status, reply.body)

    @property
    def _operations(self) -> Mapping[str, Any]:
        binding = self._service._binding  # noqa: SLF001 - zeep shows them nowhere else
        operations: Mapping[str, Any] = binding._operations  # noqa: SLF001
        return operations

    def _read(self, operation: str, status: int, body: bytes) -> Called:
        answer = SimpleNamespace(status_code=status, content=body, headers={}, encoding="utf-8")
        binding = self._service._binding  # noqa: SLF001
        try:
            found = binding.process_reply(self._client, self._operations[operation], answer)
            whole = self._zeep.helpers.serialize_object(found, dict)
        except self._zeep.exceptions.Fault as fault:
            return _read_fault(status, str(fault.code or ""), str(fault.message or ""))
        except Exception:  # noqa: BLE001 - whatever is in an answer that is none
            return _read_fault(
                status, "", body[:2000].decode("utf-8", "replace"), NotUnderstood(status)
            )
        return _small(whole) if isinstance(whole, dict) else {"": _small(whole)}


class _Files:
    """What a WSDL refers to is read from its own folder, and from nowhere else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.parent.resolve()

    def load(self, place: str) -> bytes:
        path = Path(place)
        if "://" in place or not path.resolve().is_relative_to(self._folder):
            raise WsdlWrong(self._path, "it refers to something outside of its folder")
        try:
            return path.read_bytes()
        except OSError:
            raise WsdlWrong(self._path, f"there is no {path.name} in its folder") from None


def _read_fault(
    status: int, code: str, message: str, otherwise: NotUnderstood | None = None
) -> Fault | NotUnderstood:
    text = message.lower()
    if status == 503 or OFF_HOST in text:  # noqa: PLR2004
        return Fault(is_maintenance=True)
    if otherwise is not None:
        return otherwise
    is_nobody = any(words in text for words in NOT_FOUND)
    return Fault(is_ours=code.lower().endswith(OURS), is_nobody=is_nobody)


def _small(value: Any) -> Any:  # noqa: ANN401 - whatever a service answers
    if isinstance(value, dict):
        return {str(name).lower(): _small(part) for name, part in value.items()}
    return [_small(part) for part in value] if isinstance(value, list) else value


def records(found: Record, name: str) -> list[Record]:
    """Give the records of a kind, wherever an installation puts them in its answer."""
    wanted = name.lower()
    for key, value in found.items():
        if key == wanted or (key == "" and not isinstance(value, dict)):
            several = value if isinstance(value, list) else [value]
            return [each for each in several if isinstance(each, dict)]
    for value in found.values():
        if isinstance(value, dict) and (deeper := records(value, name)):
            return deeper
    return []


def values(found: Record, name: str) -> list[str]:
    """Give what stands in the elements of a name, as texts."""
    wanted = name.lower()
    for key, value in found.items():
        if key in {wanted, ""} and not isinstance(value, dict):
            several = value if isinstance(value, list) else [value]
            return [str(each) for each in several if each is not None and each != ""]
    deeper = [values(value, name) for value in found.values() if isinstance(value, dict)]
    return next(filter(None, deeper), [])


def reveal_into(password: Secret) -> Mapping[str, Any]:
    return {"AdministrativeCredentials": {"Password": password.reveal()}}


def _hush() -> None:
    """Hear nothing of zeep, at whatever level the log is: it quotes PINs and passwords."""
    for name in list(sys.modules):
        if name.partition(".")[0] == TALKATIVE:  # each of its modules has a log of its name
            logger = logging.getLogger(name)
            logger.propagate, logger.disabled = False, True
