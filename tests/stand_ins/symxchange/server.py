"""SymXchange as far as public examples show it: four operations on accounts, and two that find
them. It answers with faults where something does not stand where it should."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from aiohttp import web

from tests.stand_ins.banking_server import BankingServer

HERE = Path(__file__).parent
PASSWORD = "4dmin-p4ss"  # noqa: S105 - of nobody
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ACCOUNT = "http://www.symxchange.generated.symitar.com/v2/account"
FIND = "http://www.symxchange.generated.symitar.com/v1/findby"

NAMES: Mapping[str, list[dict[str, str]]] = {
    "20154": [
        {
            "Locator": "1",
            "Type": "0",
            "First": "Sam",
            "Last": "Ade",
            "BirthDate": "1984-04-02",
            "Ssn": "666-58-5775",
            "Street": "90 Cedar Lane",
            "ZipCode": "77006",
            "HomePhone": "713-555-0154",
            "MobilePhone": "713-555-0155",
            "RecordChangeDate": "2024-11-03",
        },
        {"Locator": "2", "Type": "2", "Last": "Mail only"},
    ],
    "20297": [{"Locator": "1", "Type": "0", "First": "Viv", "Last": "Chen", "Ssn": "666-79-7614"}],
    "20575": [
        {"Locator": "1", "Type": "0", "First": "Pete", "Last": "Lind", "Ssn": "666-37-3936"},
        {"Locator": "2", "Type": "1", "First": "Sofia", "Last": "Lind", "Ssn": "666-35-9872"},
    ],
}
CARDS = {"4000000000004121": "20154"}


class SymxchangeServer(BankingServer):
    def __init__(self) -> None:
        super().__init__()
        self.preferences: dict[str, list[dict[str, str]]] = {
            "20154": [preference(3, 1, "7306", "2020-05-17")],
            "20297": [preference(3, 1, "0000", "")],
            "20575": [preference(3, 1, "2086", "2021-01-02"), preference(4, 7, "4413", "")],
        }
        self.frozen: dict[str, str] = {}
        self.updates_all = True

    def is_write(self, request: web.BaseRequest, body: bytes) -> bool:
        return b"updatePreferenceByID" in body

    async def answer(self, request: web.BaseRequest, body: bytes) -> web.Response:
        call = ET.fromstring(body).find(f"{{{ENVELOPE}}}Body")[0]  # type: ignore[index]  # noqa: S314
        asked = call.find("Request")
        operation = call.tag.rpartition("}")[2]
        if asked is None or not _may_ask(asked):
            return fault("Client", "Unauthorized")
        if not request.headers.get("SOAPAction", "").endswith(f'/{operation}"'):
            return fault("Client", "No service was found")
        if operation.startswith("findBy"):
            found = _find(asked.findtext("SSN"), asked.findtext("CardNumber"))
            return said(
                FIND, operation, (f"<AccountNumber>{each}</AccountNumber>" for each in found)
            )
        account = (asked.findtext("AccountNumber") or "").lstrip("0")
        if account not in NAMES:
            return fault("Server", "The requested record was not found")
        return self._of_account(operation, account, asked)

    def _of_account(self, operation: str, account: str, asked: ET.Element) -> web.Response:
        match operation:
            case "getNamePagedList":
                return said(ACCOUNT, operation, (element("Name", each) for each in NAMES[account]))
            case "getPreferencePagedList":
                held = self.preferences[account]
                return said(ACCOUNT, operation, (element("Preference", each) for each in held))
            case "getAccount":
                told = {"Number": account, "FrozenMode": self.frozen.get(account, "0")}
                return said(ACCOUNT, operation, [element("Account", told)])
            case "updatePreferenceByID":
                return self._update(account, asked)
            case _:
                return fault("Client", "No service was found")

    def _update(self, account: str, asked: ET.Element) -> web.Response:
        locator = asked.findtext("PreferenceLocator")
        fields = asked.find("PreferenceUpdateableFields")
        held = next(each for each in self.preferences[account] if each["Locator"] == locator)
        assert fields is not None
        if self.updates_all:
            self.writes += 1
            held.update({field.tag: field.text or "" for field in fields})
            date.fromisoformat(held["LastAccessChangeDate"])
        status = f'<UpdateStatus isAllFieldsUpdateSuccess="{str(self.updates_all).lower()}"/>'
        return said(ACCOUNT, "updatePreferenceByID", [status])


def preference(locator: int, kind: int, audio: str, changed: str) -> dict[str, str]:
    held = {"Locator": str(locator), "Type": str(kind), "AudioAccess": audio}
    return held | {"LastAccessChangeDate": changed, "Locked": "0"}


def element(name: str, fields: Mapping[str, str]) -> str:
    inner = "".join(f"<{field}>{escape(text)}</{field}>" for field, text in fields.items() if text)
    return f"<{name}>{inner}</{name}>"


def said(namespace: str, operation: str, parts: Iterable[str]) -> web.Response:
    return _envelope(
        f'<a:{operation}Response xmlns:a="{namespace}"><Response MessageId="1">{"".join(parts)}'
        f"</Response></a:{operation}Response>"
    )


def fault(code: str, text: str) -> web.Response:
    inner = f"<faultcode>soap:{code}</faultcode><faultstring>{text}</faultstring>"
    return _envelope(f"<soap:Fault>{inner}</soap:Fault>", 500)


def _envelope(inner: str, status: int = 200) -> web.Response:
    text = f'<soap:Envelope xmlns:soap="{ENVELOPE}"><soap:Body>{inner}</soap:Body></soap:Envelope>'
    return web.Response(status=status, text=text, content_type="text/xml")


def _may_ask(asked: ET.Element) -> bool:
    password = asked.findtext("Credentials/AdministrativeCredentials/Password")
    device = asked.find("DeviceInformation")
    is_named = device is not None and device.get("DeviceType") == "WATCHWORD"
    return password == PASSWORD and is_named and bool(asked.get("MessageId"))


def _find(ssn: str | None, card: str | None) -> list[str]:
    if card is not None:
        return [CARDS[card]] if card in CARDS else []
    return [
        account
        for account, names in NAMES.items()
        if any(name.get("Ssn", "").replace("-", "") == ssn for name in names)
    ]
