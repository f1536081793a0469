"""The folder of a demonstration: throw-away keys, a database, and sample organisations."""

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never

import msgspec

from watchword.cli.demo_calls import ring
from watchword.cli.demo_cards import settle
from watchword.cli.demo_shop import SHOPS, Patron, stock
from watchword.cli.demo_telephone import connect
from watchword.features.audit.rules import Noun
from watchword.features.clients.rules import Client, Scope
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import (
    Mode,
    Organisation,
    SlugTaken,
    Unacceptable,
)
from watchword.features.organisations.settings.catalogue import Own
from watchword.features.organisations.settings.changing.rules import Change
from watchword.features.organisations.settings.sections import Preset, SectionName
from watchword.features.staff.owners.rules import Printed
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.foundation.errors import WatchwordError
from watchword.foundation.keyring import Keyring, completed, new_keyring
from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.private_files import write_private
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Now
from watchword.providers.channels.network import is_loopback
from watchword.providers.cores.demo.settings import DemoSettings
from watchword.settings import (
    DatabaseSettings,
    KeyringSettings,
    LogSettings,
    SandboxSettings,
    Settings,
    WebhookSettings,
    WebSettings,
)
from watchword.wiring import Services

ACTOR = Noun.OPERATOR.of("demo")
OWNER = "owner"
LABEL = "demo"
TILL = "till of {slug}"
WITH_CUSTOMERS = "sonnenhof"
WITH_MEMBERS = "lakeside"


@dataclass(frozen=True)
class Sample:
    slug: str
    name: str
    country: str
    locale: str
    preset: Preset
    telephone: str | None = None
    """The number that customers are told to call. Those of the samples are kept free for films."""


SAMPLES = (
    Sample("greenleaf", "Greenleaf Market", "US", "en", Preset.RETAIL_LOYALTY),
    Sample(
        "sonnenhof", "Gartencenter Sonnenhof", "DE", "de", Preset.GARDEN_CENTRE, "030 23125 100"
    ),
    Sample("lakeside", "Lakeside Credit Union", "US", "en", Preset.CREDIT_UNION),
)


STAFF: Mapping[str, tuple[Role, Mapping[str, str]]] = {
    "owner": (Role.OWNER, {"de": "Olga Ohlsen", "en": "Olive Owens"}),
    "partner": (Role.OWNER, {"de": "Paul Petersen", "en": "Paul Peters"}),
    "manager": (Role.MANAGER, {"de": "Mara Möller", "en": "Mary Miller"}),
    "clerk": (Role.CLERK, {"de": "Karl Krüger", "en": "Clark Cole"}),
    "agent": (Role.PHONE_AGENT, {"de": "Tilda Thoms", "en": "Tilly Turner"}),
}
"""Who works for each sample organisation: their address begins so, and they are called so."""


@dataclass(frozen=True)
class Furnished:
    """A sample organisation, a key that opens it, who works there, and a link for the owner."""

    organisation: Organisation
    key: Secret = field(repr=False)
    staff: Mapping[str, str] = field(default_factory=dict, repr=False)
    link: Secret | None = None
    may_join: bool = False
    """Whether customers register there by themselves."""
    patron: Patron | None = None
    """Whose wallet one may open, where something is sold."""
    till: Secret | None = field(default=None, repr=False)
    """What makes a browser a till of the first location."""


class NotForDemo(WatchwordError):
    """The folder holds something that a demonstration must not touch."""


class DemoHouse:
    def __init__(self, folder: Path, now: Now) -> None:
        self._database = folder / "watchword.db"
        self._keyring = folder / "keyring.json"
        self._keys = folder / "demo.json"
        self._address = folder / "address"
        self._lock = folder / "lock"
        self._now = now

    def settings(self, host: str, port: int) -> Settings:
        named = f"[{host}]" if ":" in host else host
        if is_loopback(host):
            named = "localhost"  # Browsers bind passkeys to names, and to no number.
        return Settings(
            database=DatabaseSettings(url=f"sqlite:///{self._database}"),
            keyring=KeyringSettings(path=str(self._keyring)),
            web=WebSettings(host=host, port=port, public_url=f"http://{named}:{port}"),
            sandbox=SandboxSettings(open_page=True),
            # Whoever tries it has the application that is to hear of it on the same machine.
            webhooks=WebhookSettings(allow_loopback=True, high_ports=True),
            log=LogSettings(level="warning", format="text"),
            cores={WITH_MEMBERS: DemoSettings(organisations=(WITH_MEMBERS,))},
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else make keys or organisations there at the same time."""
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def tell(self, url: str) -> None:
        """Write down where the demonstration is reached, for commands beside it."""
        write_private(self._address, url.encode())

    def told(self) -> str | None:
        """Give where it is reached, or was when it ran last."""
        return self._address.read_text() if self._address.exists() else None

    def keyring(self) -> Keyring:
        """Give the keyring that is there, or make one."""
        file = KeyringFile(self._keyring)
        if not self._keyring.exists():
            if self._database.exists():
                raise NotForDemo(
                    f"{self._database} is there without its {self._keyring.name}, so nobody can "
                    "read it. Choose another folder: --data FOLDER"
                )
            file.save(new_keyring(self._now(), is_throwaway=True))
        keyring = file.load()
        if not keyring.is_throwaway:
            raise NotForDemo(
                f"The keys in {self._keyring} are real, and no demo may use them. "
                "Choose another folder: --data FOLDER"
            )
        whole = completed(keyring, self._now())
        if whole != keyring:
            file.save(whole)  # An older version has made it, which had no need of every kind.
        return file.load()

    async def furnish(self, services: Services) -> Sequence[Furnished]:
        """See to it that every sample organisation is there, with a key that is known."""
        there = {each.slug: each for each in await services.organisations.all()}
        keys = self._read_keys()
        furnished = []
        for sample in SAMPLES:
            organisation = there.get(sample.slug) or await _found(services, sample)
            key = await self._key(services, organisation, keys)
            staff = {name: f"{name}@{sample.slug}.example" for name in STAFF}
            link = await _hire(services, organisation, staff)
            if sample.slug == WITH_CUSTOMERS:
                await settle(services, organisation)
            if sample.slug == WITH_MEMBERS:
                await connect(services, organisation, CoreName(WITH_MEMBERS))
            may_join = (await services.configuration.settings.of(organisation.id)).joining.open
            patron, till = await self._stock(services, organisation, keys)
            furnished.append(
                Furnished(organisation, key, staff, link, may_join, patron=patron, till=till)
            )
        return furnished

    async def admit(self, services: Services, sample: Sample) -> tuple[Organisation, Secret]:
        """Give a sample organisation, and a key that opens it; make what is not there."""
        there = {each.slug: each for each in await services.organisations.all()}
        organisation = there.get(sample.slug) or await _found(services, sample)
        return organisation, await self._key(services, organisation, self._read_keys())

    async def _key(
        self, services: Services, organisation: Organisation, keys: dict[str, Secret]
    ) -> Secret:
        """Give the key of an organisation; another one, if it does not open all that there is."""
        key = keys.get(organisation.slug)
        if key is None or not await _opens(services, key, organisation):
            key = await _make_key(services, organisation)
            keys[organisation.slug] = key
            self._write_keys(keys)
        return key

    async def _stock(
        self, services: Services, organisation: Organisation, keys: dict[str, Secret]
    ) -> tuple[Patron | None, Secret | None]:
        """See to it that something is sold there. What makes a till is kept as API keys are."""
        stocked, name = await stock(services, organisation), TILL.format(slug=organisation.slug)
        if stocked is None:
            return None, None
        if stocked.till is not None:
            keys[name] = stocked.till
            self._write_keys(keys)
        return stocked.patron, keys.get(name)

    async def ring(self, services: Services, samples: Sequence[Furnished]) -> None:
        """Let members of the credit union call, once somebody is there who sends codes."""
        for each in samples:
            if each.organisation.slug == WITH_MEMBERS:
                await ring(services, each.organisation)

    def _read_keys(self) -> dict[str, Secret]:
        """API keys are kept nowhere else. These open nothing but this demonstration."""
        try:
            written = msgspec.json.decode(self._keys.read_bytes(), type=dict[str, str])
        except (FileNotFoundError, msgspec.MsgspecError):
            return {}
        return {slug: Secret(key) for slug, key in written.items()}

    def _write_keys(self, keys: dict[str, Secret]) -> None:
        written = {slug: key.reveal() for slug, key in keys.items()}
        write_private(self._keys, msgspec.json.encode(written))


async def _found(services: Services, sample: Sample) -> Organisation:
    founded = await services.organisations.found(
        slug=sample.slug,
        name=sample.name,
        mode=Mode.TEST,
        country=sample.country,
        locale=sample.locale,
        actor=ACTOR,
    )
    match founded:
        case Organisation() as organisation:
            await _choose(services, organisation, SectionName.BASIS, {"preset": sample.preset})
            for section, own in _own(sample).items():
                await _choose(services, organisation, section, own)
            return organisation
        case Unacceptable(because):
            raise NotForDemo(because)
        case SlugTaken(slug):
            raise NotForDemo(f"Another demonstration has just founded {slug} here.")
        case _:
            assert_never(founded)


def _own(sample: Sample) -> Mapping[SectionName, Own]:
    """Give what a sample sets beside its preset: where something is sold, all ways are open."""
    own = dict[SectionName, Own]()
    if sample.telephone:
        own[SectionName.JOINING] = {"telephone": sample.telephone}
    if sample.slug in SHOPS:
        own[SectionName.JOINING] = {**own.get(SectionName.JOINING, {}), "open": True}
        own[SectionName.REDEMPTION] = {"show_in_wallet": True, "master_pin": True}
        own[SectionName.OFFLINE] = {"offline_vouchers": True}
        own[SectionName.CONSENT] = {"opt_in": "ask"}
    return own


async def _choose(
    services: Services, organisation: Organisation, section: SectionName, own: Own
) -> None:
    """Let an organisation begin with what its trade usually begins with, and what is its own."""
    configuration = services.configuration
    layers = await configuration.settings.layers(organisation.id, section)
    change = Change(section=section, own=own, ground=layers.ground)
    await configuration.changes.change(organisation.id, change, actor=ACTOR)


async def _hire(
    services: Services, organisation: Organisation, staff: Mapping[str, str]
) -> Secret | None:
    """See to it that somebody works there, and print a link that signs the owner in."""
    members = services.staff.members
    for known_as, (role, names) in STAFF.items():
        # Whoever is there already stays as they are.
        await members.enrol(
            organisation,
            name=names[organisation.locale],
            email=staff[known_as],
            grants=(Grant(role),),
            actor=ACTOR,
        )
    printed = await services.staff.owners.print(
        organisation, name=OWNER, email=staff[OWNER], actor=ACTOR
    )
    return printed.address if isinstance(printed, Printed) else None


async def _opens(services: Services, key: Secret, organisation: Organisation) -> bool:
    client = await services.clients.recognise(key)
    if not isinstance(client, Client) or client.organisation.id != organisation.id:
        return False
    return client.key.scopes == frozenset(Scope)


async def _make_key(services: Services, organisation: Organisation) -> Secret:
    _, key = await services.clients.create(
        organisation, label=LABEL, scopes=frozenset(Scope), actor=ACTOR
    )
    return key
