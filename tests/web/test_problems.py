"""What went wrong, as it is told to callers and to the log."""

from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar, get
from structlog.testing import capture_logs

from watchword.foundation.sealing import KeyAway, SealBroken
from watchword.foundation.storage import HeldTooLong, StorageConflict, StorageUnavailable
from watchword.web import problems


def failing(fault: Exception) -> AsyncClient:
    """Call a door behind which something always fails."""

    @get("/")
    async def fail() -> None:
        raise fault

    app = Litestar([fail], exception_handlers=problems.handlers, logging_config=None)
    entrance: Any = app  # typed as its own idea of ASGI, which is not the client's
    return AsyncClient(transport=ASGITransport(entrance), base_url="https://watchword.test")


@pytest.mark.parametrize(
    "fault",
    [StorageUnavailable("secret"), StorageConflict("secret"), HeldTooLong(1), KeyAway("secret")],
)
async def test_what_may_pass_is_worth_another_try(fault: Exception) -> None:
    with capture_logs() as logs:
        async with failing(fault) as caller:
            reply = await caller.get("/")

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert "same Idempotency-Key" in reply.json()["detail"]
    assert "secret" not in reply.text
    assert [log["log_level"] for log in logs] == ["warning"]


async def test_what_somebody_changed_at_rest_is_told_to_the_operator() -> None:
    with capture_logs() as logs:
        async with failing(SealBroken("secret")) as caller:
            reply = await caller.get("/")

    assert reply.status_code == 500
    assert "secret" not in reply.text
    [log] = logs
    assert (log["event"], log["log_level"]) == ("request.failed", "error")
    assert log["fault"] == "SealBroken"
