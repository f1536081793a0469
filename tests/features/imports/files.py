"""Files as shops bring them, and somewhere to take them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.features.customers.people import Shop
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.bulk.service import Bulk
from watchword.features.imports.files import look
from watchword.features.imports.intake.service import ImportKeys, Intake
from watchword.features.imports.ports import Agreed
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import Progress, Sight
from watchword.features.imports.service import Imports
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

HEADINGS = "Kundennummer;Vorname;Nachname;Geburtsdatum;E-Mail;Mobil;Straße;PLZ;Ort;Kartennummer"
ANNA = "1001;Anna;Müller;17.05.1980;anna@example.org;0170 1234567;Gartenweg 5;80331;München;4711001"
BERND = "1002;Bernd;Groß;1975-01-02;bernd@example.org;0171 7654321;Am Hang 3;10115;Berlin;4711002"


def table(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\r\n".join([headings, *rows, ""]).encode()


@dataclass
class Heard:
    """What an import tells on its way."""

    progress: list[Progress] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def __call__(self, progress: Progress, refusals: Sequence[Refusal]) -> None:
        self.progress.append(progress)
        self.refusals += refusals

    @property
    def why(self) -> Mapping[int, Sequence[str]]:
        """Give what is wrong by the number of the line."""
        return {each.line: [str(fault.why) for fault in each.faults] for each in self.refusals}


class NoBook:
    """Stands where nobody says who agreed; what files say of it is tried beside consents."""

    async def take(
        self, _transaction: Transaction, _caller: Caller, agreed: Sequence[Agreed]
    ) -> Sequence[Agreed]:
        raise AssertionError(f"{len(agreed)} consents have come.")

    async def attempt(
        self, _transaction: Transaction, _whose: OrganisationId, agreed: Sequence[Agreed]
    ) -> Sequence[Agreed]:
        raise AssertionError(f"{len(agreed)} consents have come.")

    def announce(self, whose: OrganisationId) -> None:
        raise AssertionError(f"There is nothing to tell of {whose}.")


@dataclass
class Counter:
    """A shop, and whoever takes files in there."""

    shop: Shop
    imports: Imports
    own: ContactId | None = None

    async def take(
        self, content: bytes, *, is_trial: bool = False, vouches: bool = False, piece: int = 4096
    ) -> tuple[Progress, Heard]:
        sight, heard = look(content), Heard()
        assert isinstance(sight, Sight)
        progress = await self.imports.run(
            self.shop.caller,
            [content[start : start + piece] for start in range(0, len(content), piece)],
            sight.plan,
            heard,
            is_trial=is_trial,
            vouches=vouches,
        )
        assert isinstance(progress, Progress)
        return progress, heard


def new_counter(shop: Shop) -> Counter:
    organisations = shop.customers._organisations  # noqa: SLF001 - those of the shop, and no others
    counter: Counter

    async def reached_at(
        _transaction: Transaction, _organisation_id: OrganisationId, _actor: str
    ) -> ContactId | None:
        return counter.own

    bulk = Bulk(organisations=organisations, contacts=shop.contacts)
    imports = Imports(
        storage=shop.storage,
        organisations=organisations,
        intake=Intake(organisations=organisations, bulk=bulk, book=NoBook()),
        locales=("de", "en"),
        reached_at=reached_at,
    )
    shop.customers.be_heard_by(ImportKeys())
    counter = Counter(shop, imports)
    return counter
