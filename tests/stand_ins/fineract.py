"""As much of Apache Fineract as a core needs, written after its public documentation and source:
clients, their documents, the search of version 2, and one data table of PINs."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.stand_ins.banking_server import BankingServer

USER, PASSWORD, TENANT = "mifos", "pa55-w0rd", "default"
TABLE = "watchword_pins"
CLIENTS: Mapping[int, dict[str, Any]] = {
    11: {"firstname": "Sam", "lastname": "Ade", "mobileNo": "+12025550154", "externalId": "E-7001"},
    12: {"firstname": "Viv", "lastname": "Chen", "mobileNo": "2025550199", "externalId": "E-7002"},
    13: {"firstname": "Pete", "lastname": "Lind", "mobileNo": "2025550199", "externalId": "E-70"},
}
DOCUMENTS = {11: "666-58-5775", 12: "666-79-7614"}


class FineractServer(BankingServer):
    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[int, dict[str, Any]] = {
            11: {"client_id": 11, "pin": "7306", "changed_on": [2020, 5, 17], "established": None},
            13: {"client_id": 13, "pin": "2086", "changed_on": None, "established": True},
        }
        self.wants_approval = False
        """Whether somebody else has to allow each change first (maker and checker)."""

    def is_write(self, request: web.BaseRequest, body: bytes) -> bool:
        return request.method in {"PUT", "POST"} and "/datatables/" in request.path

    async def answer(  # noqa: PLR0911 - one for each address
        self, request: web.BaseRequest, body: bytes
    ) -> web.Response:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {token}":
            return web.json_response({"httpStatusCode": "401"}, status=401)
        if request.headers.get("Fineract-Platform-TenantId") != TENANT:
            return web.json_response({"httpStatusCode": "400"}, status=400)
        match [request.method, *urlsplit(request.path).path.strip("/").split("/")]:
            case ["GET", "v1", "offices"]:
                return web.json_response([{"id": 1}])
            case ["POST", "v2", "clients", "search"]:
                return web.json_response({"content": self._search(json.loads(body))})
            case ["GET", "v1", "clients", id] if (client := self._client(id)) is not None:
                born = {"dateOfBirth": [1984, 4, 2], "accountNo": f"{int(id):09}"}
                return web.json_response({"id": int(id), **client, **born})
            case ["GET", "v1", "clients", id, "identifiers"] if self._client(id) is not None:
                return web.json_response(_documents(int(id)))
            case ["GET", "v1", "datatables", "watchword_pins", id] if self._client(id):
                row = self.rows.get(int(id))
                return web.json_response([] if row is None else [row])
            case [("POST" | "PUT") as method, "v1", "datatables", "watchword_pins", id] if (
                self._client(id)
            ):
                return self._write(method, int(id), json.loads(body))
            case _:
                return web.json_response({"httpStatusCode": "404"}, status=404)

    def _search(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        text = asked["request"]["text"]
        return [
            {
                "id": id,
                "displayName": f"{client['firstname']} {client['lastname']}",
                "externalId": {"value": client["externalId"]},
                "accountNumber": f"{id:09}",
                "mobileNo": client["mobileNo"],
            }
            for id, client in CLIENTS.items()
            if any(
                text in held.replace("-", "") or text in held
                for held in (*client.values(), f"{id:09}", DOCUMENTS.get(id, ""))
            )
        ]

    def _write(self, method: str, id: int, row: dict[str, Any]) -> web.Response:
        if (method == "POST") == (id in self.rows) or row.get("locale") != "en":
            return web.json_response({"httpStatusCode": "403"}, status=403)
        if self.wants_approval:
            return web.json_response({"commandId": 77, "rollbackTransaction": True})
        if "pin" in row:
            self.writes += 1
        kept = {name: value for name, value in row.items() if name not in {"locale", "dateFormat"}}
        self.rows.setdefault(id, {"client_id": id}).update(kept)
        return web.json_response({"officeId": 1, "clientId": id, "resourceId": id})

    def _client(self, id: str) -> dict[str, Any] | None:
        return CLIENTS.get(int(id)) if id.isascii() and id.isalnum() else None


def _documents(id: int) -> list[dict[str, Any]]:
    number = DOCUMENTS.get(id)
    kinds = [{"documentType": {"name": "Passport"}, "documentKey": "X1"}]
    if number is not None:
        kinds.append({"documentType": {"name": "SSN"}, "documentKey": number})
    return kinds
