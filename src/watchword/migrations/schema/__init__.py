"""The schema as it is declared. Migrations lead there; a test proves that they arrive.

Every table begins its key with the organisation, so that it can be spread over servers, and
on PostgreSQL every one is behind row-level security. Each module here declares its tables.
"""

from watchword.migrations.schema import (
    abuse,
    calls,
    cards,
    challenges,
    configuration,
    consents,
    customers,
    figures,
    ledger,
    letters,
    organisations,
    passkeys,
    people,
    pins,
    points,
    privacy,
    redemption,
    sandbox,
    staff,
    telephone,
    telephone_figures,
    templates,
    vouchers,
    wallet,
    webhooks,
)
from watchword.migrations.schema.columns import schema

__all__ = [
    "abuse",
    "calls",
    "cards",
    "challenges",
    "configuration",
    "consents",
    "customers",
    "figures",
    "ledger",
    "letters",
    "organisations",
    "passkeys",
    "people",
    "pins",
    "points",
    "privacy",
    "redemption",
    "sandbox",
    "schema",
    "staff",
    "telephone",
    "telephone_figures",
    "templates",
    "vouchers",
    "wallet",
    "webhooks",
]
