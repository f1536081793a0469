"""An operator's desk: commands are typed, and an installation of its own stands behind them."""

import asyncio
import json
import shlex
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from watchword.cli import front
from watchword.cli.office import Office, OpenProvider
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted, Message
from watchword.foundation.keyring import Keyring, new_keyring
from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.storage import Now
from watchword.foundation.storage.moments import LocalTime
from watchword.wiring import Services, open_provider

Outcome = TypeVar("Outcome")

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
PHONE = "+491701234567"


def no_log(**_: object) -> None:
    """The log of the tests stays as it is."""


@dataclass(frozen=True)
class Desk:
    folder: Path
    url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    open_provider: OpenProvider = open_provider
    settings_file: Path | None = None
    now: Now = field(default_factory=lambda: LocalTime().now)

    @property
    def keyring_path(self) -> Path:
        return self.folder / "keys" / "keyring.json"

    @property
    def office(self) -> Office:
        return Office(
            settings_file=self.settings_file,
            environment={
                "WATCHWORD_DATABASE__URL": self.url,
                "WATCHWORD_KEYRING__PATH": str(self.keyring_path),
                **self.environment,
            },
            user="ann",
            now=self.now,
            open_provider=self.open_provider,
            set_up_log=no_log,
        )

    def type(self, command: str, stdin: str | None = None) -> Result:
        with capture_logs():
            return CliRunner().invoke(front, shlex.split(command), obj=self.office, input=stdin)

    def ask(self, command: str) -> Any:  # noqa: ANN401 - whatever the command prints
        """Type a command that must succeed, and read the JSON that it prints."""
        result = self.type(f"{command} --json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def make_keyring(self, *, is_throwaway: bool = False) -> Keyring:
        keyring = new_keyring(NOON, is_throwaway=is_throwaway)
        KeyringFile(self.keyring_path).save(keyring)
        return keyring

    @property
    def keyring(self) -> Keyring:
        return KeyringFile(self.keyring_path).load()

    def inside(self, work: Callable[[Services], Awaitable[Outcome]]) -> Outcome:
        """Do something with the services themselves, as a server would."""

        async def opened() -> Outcome:
            async with self.office.services() as services:
                return await work(services)

        return self.run(opened())

    def run(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        with capture_logs():
            return asyncio.run(work)

    def deliver(self) -> Message:
        """Take the one message that waits for the sandbox, and say that it was sent."""

        async def work(services: Services) -> Message:
            (queued,) = await services.deliveries.claim(SANDBOX, 10)
            message = await services.deliveries.open(queued)
            await services.deliveries.settle(queued, Accepted(), knows_repeats=True, chance=0.5)
            return message

        return self.inside(work)


def code_of(message: Message) -> str:
    assert message.code is not None
    return message.code.reveal()


def wrong_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"
