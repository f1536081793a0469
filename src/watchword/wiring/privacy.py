"""The parts that know how long things are kept, and how people are forgotten."""

from collections.abc import Callable
from dataclasses import dataclass

from watchword.features.approvals.service import Approvals
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.withdrawals.service import Withdrawals
from watchword.features.consents.service import Consents
from watchword.features.contacts.rules import forget_readings
from watchword.features.contacts.service import Contacts
from watchword.features.customers.service import Customers
from watchword.features.ledger.service import Ledger
from watchword.features.organisations.service import Organisations
from watchword.features.privacy.erasure.service import Erasures
from watchword.features.privacy.keeping import periods
from watchword.features.privacy.optouts.service import OptOuts
from watchword.features.privacy.retention.service import Retention
from watchword.features.privacy.service import People
from watchword.features.staff.sessions.service import Sessions
from watchword.foundation.storage import Storage
from watchword.settings import Settings, keeping


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyServices:
    """All that doors and workers may ask about what is known of people."""

    people: People
    erasures: Erasures
    opt_outs: OptOuts
    retention: Retention


def privacy_services(
    settings: Settings,
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    *,
    customers: Customers,
    mailroom: Mailroom,
    approvals: Approvals,
    ledger: Ledger,
    sessions: Sessions,
    consents: Consents,
) -> PrivacyServices:
    withdrawals = Withdrawals(mailroom=mailroom)
    people = _people(storage, organisations, contacts, approvals, ledger)
    opt_outs = OptOuts(
        storage=storage,
        organisations=organisations,
        contacts=contacts,
        withdrawals=withdrawals,
        consents=consents,
    )
    return PrivacyServices(
        people=people,
        erasures=Erasures(
            storage=storage,
            organisations=organisations,
            contacts=contacts,
            customers=customers,
            people=people,
            approvals=approvals,
            withdrawals=withdrawals,
            forget=_forgetting(sessions),
        ),
        opt_outs=opt_outs,
        retention=_retention(settings, storage),
    )


def _people(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    approvals: Approvals,
    ledger: Ledger,
) -> People:
    return People(
        storage=storage,
        organisations=organisations,
        contacts=contacts,
        approvals=approvals,
        ledger=ledger,
    )


def _retention(settings: Settings, storage: Storage) -> Retention:
    return Retention(storage=storage, periods=periods(keeping(settings)))


def _forgetting(sessions: Sessions) -> Callable[[], None]:
    """Let go of what this process has read a moment ago; others do so by themselves, in seconds."""

    def forget() -> None:
        forget_readings()
        sessions.forget()

    return forget
