"""What is left of two customers who are one person."""

from dataclasses import replace
from datetime import datetime

from watchword.features.customers.rules import Customer, CustomerState


def kept(customer: Customer, merged: Customer, now: datetime) -> Customer:
    """Give the one who stays; a date of birth that only the other has is theirs now."""
    birth_date = customer.profile.birth_date or merged.profile.birth_date
    return replace(
        customer,
        profile=replace(customer.profile, birth_date=birth_date),
        version=customer.version + 1,
        updated_at=now,
    )


def gone_into(customer: Customer, merged: Customer, now: datetime) -> Customer:
    """Give the other: an id that leads to the one who stays."""
    return replace(
        merged,
        state=CustomerState.MERGED,
        merged_into=customer.id,
        version=merged.version + 1,
        updated_at=now,
    )
