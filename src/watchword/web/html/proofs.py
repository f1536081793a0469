"""The page on which anybody checks a receipt: in plain words what it proves, or why it does not."""

from datetime import datetime, timedelta

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException

from watchword.features.ledger.receipts import NotProven, Proven, check_receipt
from watchword.features.limits.rules import Allowed, Cap, Limits
from watchword.foundation.clock import EPOCH
from watchword.web.addresses import client_address
from watchword.web.api.ledger import KEYS
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

PATH = "/proofs"
NOTHING, TOO_LARGE, UNREADABLE = "nothing", "too_large", "unreadable"
TOO_MANY = "too_many"
TOO_LARGE_STATUS = 413
DOOR = "proofs"
OFTEN = Limits(sends=(Cap(30, timedelta(minutes=1)),))


@get(PATH, include_in_schema=False)
async def ask_for_receipt(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[str]:
    return await _show(request, services)


@post(PATH, include_in_schema=False, status_code=200)
async def check(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    """Check what was pasted, else the file that was chosen. Nothing of it is kept."""
    if (
        await services.limits.gates.knock(_address(request, services), at=DOOR, limits=OFTEN)
        != Allowed()
    ):
        return await _show(request, services, problem=TOO_MANY)
    try:
        content = await _sent(request)
    except HTTPException as fault:
        is_large = fault.status_code == TOO_LARGE_STATUS
        return await _show(request, services, problem=TOO_LARGE if is_large else UNREADABLE)
    if not content.strip():
        return await _show(request, services, problem=NOTHING)
    trusted = {key.public for key in await services.ledger.entries.keys()}
    receipt = content.decode(errors="replace")
    match check_receipt(content, trusted):
        case Proven() as found:
            return await _show(request, services, found=found, receipt=receipt)
        case NotProven(because):
            return await _show(request, services, problem=because, receipt=receipt)


STATUS = {"": 200, TOO_MANY: 429}


def _address(request: AnyRequest, services: Services) -> str:
    return client_address(
        request.client.host if request.client else "",
        request.headers.getall("x-forwarded-for", []),
        services.settings.web.trusted_hops,
    )


async def _sent(request: AnyRequest) -> bytes:
    form = await request.form()
    pasted, chosen = form.get("receipt"), form.get("file")
    if isinstance(pasted, str) and pasted.strip():
        return pasted.encode(errors="replace")
    return await chosen.read() if isinstance(chosen, UploadFile) else b""


async def _show(
    request: AnyRequest,
    services: Services,
    *,
    found: Proven | None = None,
    problem: str = "",
    receipt: str = "",
) -> Response[str]:
    keys = await services.ledger.entries.keys()
    return show(
        request,
        "proofs.html",
        status=STATUS.get(problem, 422),
        found=found,
        at=None if found is None else _moment(found.entry.at),
        long_ago=EPOCH,  # so that the day stands there, whatever day it is
        problem=str(problem),
        receipt=receipt,
        keys=[key.raw for key in keys],
        address=KEYS,
    )


def _moment(text: str) -> datetime | None:
    """Read when something was done. Whoever signs their own receipt may write anything there."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


routes = [ask_for_receipt, check]
