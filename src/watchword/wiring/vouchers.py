"""The parts that know vouchers: what customers take along, and what tills took in."""

from dataclasses import dataclass

from watchword.features.organisations.service import Organisations
from watchword.features.tills.desk import Backroom
from watchword.features.tills.terminals.service import Terminals
from watchword.features.vouchers.kits.service import Kits
from watchword.features.vouchers.reports.service import VoucherReports
from watchword.features.vouchers.service import Vouchers
from watchword.features.vouchers.settling.service import Settling
from watchword.features.vouchers.tokens import Seeds
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherServices:
    """All that doors may ask about vouchers."""

    vouchers: Vouchers
    kits: Kits
    settling: Settling
    reports: VoucherReports


def voucher_services(
    storage: Storage,
    organisations: Organisations,
    backroom: Backroom,
    terminals: Terminals,
    keyring: Keyring,
) -> VoucherServices:
    seeds = seeds_of(keyring)
    vouchers = Vouchers(
        storage=storage, organisations=organisations, backroom=backroom, seeds=seeds
    )
    backroom.customers.be_heard_by(vouchers)
    return VoucherServices(
        vouchers=vouchers,
        kits=Kits(storage=storage, settings=backroom.settings, terminals=terminals, seeds=seeds),
        settling=Settling(
            storage=storage,
            terminals=terminals,
            points=backroom.points,
            webhooks=backroom.mailroom.webhooks,
            seeds=seeds,
        ),
        reports=VoucherReports(storage=storage),
    )


def seeds_of(keyring: Keyring) -> Seeds:
    """Give what vouchers are signed with, each version with when it was made."""
    contents = keyring.of_kind(KeyKind.VOUCHERS)
    made_at = {
        each.version: each.created_at for each in keyring.keys if each.kind is KeyKind.VOUCHERS
    }
    return Seeds({version: (made_at[version], seed) for version, seed in contents.items()})
