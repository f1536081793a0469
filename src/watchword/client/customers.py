"""Customers: who they are, and how they are reached."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import UNSET, UnsetType

from watchword.client.acts import Act, Id, place, posting, putting, reading, said
from watchword.client.shapes import Customer, CustomerPage

PATH = "/v1/customers"
ONE = PATH + "/{id}"


def create(
    family_name: str,
    *,
    given_name: str | None = None,
    birth_date: date | None = None,
    locale: str | None = None,
    contacts: Sequence[Mapping[str, object]] = (),
    key: str | None = None,
) -> Act[Customer]:
    """Keep a customer. Each of the `contacts` is like `{"phone": "+491701234567"}`."""
    body = said(
        family_name=family_name,
        given_name=given_name,
        birth_date=birth_date,
        locale=locale,
        contacts=list(contacts),
    )
    return posting(PATH, Customer, body, key)


def change(
    id: Id,
    version: int,
    *,
    family_name: str | UnsetType = UNSET,
    given_name: str | UnsetType = UNSET,
    birth_date: date | UnsetType | None = UNSET,
    locale: str | UnsetType = UNSET,
    add_contacts: Sequence[Mapping[str, object]] = (),
    remove_contacts: Sequence[Id] = (),
) -> Act[Customer]:
    """Change what is named, in the version that was read. A `birth_date` of None is forgotten."""
    body = said(
        version=version,
        family_name=family_name,
        given_name=given_name,
        locale=locale,
        add_contacts=list(add_contacts),
        remove_contacts=[str(each) for each in remove_contacts],
    )
    if birth_date is not UNSET:
        body["birth_date"] = birth_date
    return putting(place(ONE, id=id), Customer, body, "PATCH")


def read(id: Id) -> Act[Customer]:
    """Read a customer. Their id is another than the one that was asked for if they were merged."""
    return reading(place(ONE, id=id), Customer)


def page(*, limit: int | None = None, cursor: str | None = None) -> Act[CustomerPage]:
    return reading(PATH, CustomerPage, limit=limit, cursor=cursor)


def search(find: str, *, limit: int | None = None, cursor: str | None = None) -> Act[CustomerPage]:
    """Find customers by name, number or address. What is looked for is in no address of ours."""
    body = said(find=find, limit=limit, cursor=cursor)
    return Act(method="POST", path="/v1/customer-searches", kind=CustomerPage, body=body)


def merge(kept: Id, merged: Id, reason: str, *, key: str | None = None) -> Act[Customer]:
    """Let two customers be one."""
    body = said(kept=str(kept), merged=str(merged), reason=reason)
    return posting("/v1/customer-merges", Customer, body, key)
