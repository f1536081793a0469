"""Customers over HTTP: kept, read, changed, found, merged and forgotten. Names stand in bodies."""

import base64
import re
import struct
from datetime import date, datetime
from typing import Annotated, TypeAlias, assert_never
from uuid import UUID

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType, field

from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.customers.rules import (
    CONTACTS_AT_MOST,
    NAME_AT_MOST,
    BadField,
    Changes,
    Customer,
    CustomerId,
    NewCustomer,
    NotThemselves,
    Origin,
    OutOfDate,
    Profile,
    read_profile,
)
from watchword.features.customers.search.rules import Bookmark, Found, TooShort
from watchword.features.idempotency.rules import OtherBody
from watchword.features.staff.rules import Reasonless
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id
from watchword.foundation.pages import MOST_ON_A_PAGE
from watchword.web.api.contact_points import To, read_contact
from watchword.web.api.people import ErasureView, Reason, show_erasure
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
FORM = struct.Struct(">B16s")
CURSOR = re.compile(r"[A-Za-z0-9_-]{23}=")

GivenName: TypeAlias = Annotated[str, Meta(max_length=NAME_AT_MOST, examples=["Anna"])]
FamilyName: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=NAME_AT_MOST, examples=["Müller"])
]
Locale: TypeAlias = Annotated[str, Meta(max_length=20, examples=["de"])]
Contacts: TypeAlias = Annotated[list[To], Meta(max_length=CONTACTS_AT_MOST)]
MergeReason: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=200, examples=["one person, asked at the counter"])
]


class NewCustomerBody(Body, frozen=True):
    """Who somebody is, and how they are reached."""

    family_name: FamilyName
    given_name: GivenName = ""
    birth_date: date | None = None
    locale: Locale | None = None
    contacts: Contacts = field(default_factory=list)


class CustomerChange(Body, frozen=True):
    """What is to be otherwise; what is left out stays. `version` is the one that you have read."""

    version: Annotated[int, Meta(ge=1)]
    family_name: FamilyName | UnsetType = UNSET
    given_name: GivenName | UnsetType = UNSET
    birth_date: date | UnsetType | None = UNSET
    locale: Locale | UnsetType = UNSET
    add_contacts: Contacts = field(default_factory=list)
    remove_contacts: Annotated[list[UUID], Meta(max_length=CONTACTS_AT_MOST)] = field(
        default_factory=list
    )


class NewCustomerSearch(Body, frozen=True):
    """What somebody types: names as far as they are known, a phone number, an e-mail address."""

    find: Annotated[str, Meta(min_length=1, max_length=200, examples=["Müller Anna"])]
    limit: Annotated[int, Meta(ge=1, le=MOST_ON_A_PAGE)] = 25
    cursor: Annotated[str, Meta(max_length=60)] | None = None


class NewCustomerMerge(Body, frozen=True):
    """Which of two customers stays, and which becomes them."""

    kept: UUID
    merged: UUID
    reason: MergeReason


class NewCustomerErasure(Body, frozen=True):
    """Why a customer is to be forgotten."""

    reason: Reason


class CustomerContactView(Struct, frozen=True):
    """A way to reach a customer. `address` is masked."""

    id: UUID
    kind: ContactKind
    address: str
    verified_at: datetime | None
    bad_since: datetime | None


class CustomerView(Struct, frozen=True):
    """A customer. `id` is another than the one that was asked for, if they were merged."""

    id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    locale: str
    origin: Origin
    contacts: list[CustomerContactView]
    version: int
    created_at: datetime
    updated_at: datetime


class CustomerPage(Struct, frozen=True):
    """`cursor` leads to the next page, if there may be one."""

    customers: list[CustomerView]
    cursor: str | None


@get(
    "/v1/customers",
    opt={SCOPE: Scope.CUSTOMERS_READ},
    summary="List customers, the newest first",
    responses=problems(),
)
async def list_customers(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> CustomerPage:
    page = await admitted.services.customers.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return CustomerPage([customer_view(each) for each in page.items], write_cursor(page.after))


@post(
    "/v1/customers",
    opt={SCOPE: Scope.CUSTOMERS_WRITE},
    summary="Keep a new customer",
    # Said again under its key, when the customer has been forgotten since.
    responses=problems(*WRITTEN, Kind.OTHER_BODY, Kind.UNREACHABLE, Kind.NOT_FOUND),
)
async def create_customer(
    data: JSONBody[NewCustomerBody], admitted: NamedDependency[Admitted]
) -> CustomerView:
    country = admitted.client.organisation.country
    new = NewCustomer(
        profile=_profile(admitted, data.given_name, data.family_name, data.birth_date),
        contacts=[read_contact(to, country) for to in data.contacts],
        origin=Origin.API,
        locale=_locale(data.locale),
    )
    match await admitted.services.customers.create_once(admitted.client, new, admitted.once):
        case Customer() as customer:
            return customer_view(customer)
        case BadField(name, because):
            raise _bad(name, because)
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")
        case outcome:
            assert_never(outcome)


@get(
    "/v1/customers/{customer_id:uuid}",
    opt={SCOPE: Scope.CUSTOMERS_READ},
    summary="Read a customer",
    responses=problems(Kind.NOT_FOUND),
)
async def read_customer(
    customer_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> CustomerView:
    whose = admitted.client.organisation.id
    return customer_view(await admitted.services.customers.read(whose, _id(customer_id)))


@patch(
    "/v1/customers/{customer_id:uuid}",
    opt={SCOPE: Scope.CUSTOMERS_WRITE},
    summary="Change a customer",
    responses=problems(*WRITTEN, Kind.UNREACHABLE, Kind.NOT_FOUND, Kind.STALE_CUSTOMER),
)
async def change_customer(
    customer_id: FromPath[UUID], data: JSONBody[CustomerChange], admitted: NamedDependency[Admitted]
) -> CustomerView:
    customers, organisation = admitted.services.customers, admitted.client.organisation
    before = (await customers.read(organisation.id, _id(customer_id))).profile
    profile = _profile(
        admitted,
        before.given_name if data.given_name is UNSET else data.given_name,
        before.family_name if data.family_name is UNSET else data.family_name,
        before.birth_date if data.birth_date is UNSET else data.birth_date,
    )
    changes = Changes(
        profile=profile,
        locale=None if data.locale is UNSET else _locale(data.locale),
        adds=[read_contact(to, organisation.country) for to in data.add_contacts],
        removes=[ContactId(Id(int=each.int)) for each in data.remove_contacts],
    )
    match await customers.change(admitted.client, _id(customer_id), changes, data.version):
        case Customer() as customer:
            return customer_view(customer)
        case OutOfDate(version):
            detail = "Somebody has changed this customer since you read it. Read it again."
            raise Problem(Kind.STALE_CUSTOMER, detail, more={"version": version})
        case BadField(name, because):
            raise _bad(name, because)
        case outcome:
            assert_never(outcome)


@post(
    "/v1/customer-searches",
    opt={SCOPE: Scope.CUSTOMERS_READ},
    status_code=200,
    summary="Find customers by name, phone number or e-mail address",
    responses=problems(*WRITTEN),
)
async def search_customers(
    data: JSONBody[NewCustomerSearch], admitted: NamedDependency[Admitted]
) -> CustomerPage:
    found = await admitted.services.customers.search(
        admitted.client.organisation.id, data.find, read_bookmark(data.cursor), data.limit
    )
    match found:
        case Found(customers, after):
            return CustomerPage([customer_view(each) for each in customers], write_bookmark(after))
        case TooShort():
            detail = "Write a whole word of a name, or its first three letters, in `find`."
            raise Problem(Kind.MALFORMED, detail)
        case _:
            assert_never(found)


@post(
    "/v1/customer-merges",
    opt={SCOPE: Scope.CUSTOMERS_WRITE},
    summary="Make one of two customers",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def merge_customers(
    data: JSONBody[NewCustomerMerge], admitted: NamedDependency[Admitted]
) -> CustomerView:
    kept, merged = _id(data.kept), _id(data.merged)
    match await admitted.services.customers.merge(admitted.client, kept, merged, data.reason):
        case Customer() as customer:
            return customer_view(customer)
        case NotThemselves():
            detail = "These are one customer already. Name two in `kept` and `merged`."
            raise Problem(Kind.MALFORMED, detail)
        case Reasonless(because):
            raise Problem(Kind.MALFORMED, because)
        case outcome:
            assert_never(outcome)


@post(
    "/v1/customers/{customer_id:uuid}/erasures",
    opt={SCOPE: Scope.PEOPLE_ERASE},
    summary="Forget a customer",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.STILL_STAFF, Kind.NEEDS_SECOND_PERSON),
)
async def erase_customer(
    customer_id: FromPath[UUID],
    data: JSONBody[NewCustomerErasure],
    admitted: NamedDependency[Admitted],
) -> ErasureView:
    erasures = admitted.services.privacy.erasures
    outcome = await erasures.erase_customer(admitted.client, _id(customer_id), data.reason)
    return show_erasure(outcome)


def customer_view(customer: Customer) -> CustomerView:
    profile = customer.profile
    return CustomerView(
        id=customer.id,
        given_name=profile.given_name,
        family_name=profile.family_name,
        birth_date=profile.birth_date,
        locale=customer.locale,
        origin=customer.origin,
        contacts=[
            CustomerContactView(
                each.contact_id, each.kind, each.contact.masked, each.verified_at, each.bad_since
            )
            for each in customer.contacts
        ],
        version=customer.version,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )


def write_bookmark(bookmark: Bookmark | None) -> str | None:
    if bookmark is None:
        return None
    return base64.urlsafe_b64encode(FORM.pack(bookmark.step, bookmark.after.bytes)).decode()


def read_bookmark(written: str | None) -> Bookmark | None:
    if written is None:
        return None
    if CURSOR.fullmatch(written):
        step, id = FORM.unpack(base64.urlsafe_b64decode(written))
        return Bookmark(step, CustomerId(Id(bytes=id)))
    raise Problem(Kind.MALFORMED, "A cursor is what an earlier page gave, as it was.")


def _profile(admitted: Admitted, given: str, family: str, born: date | None) -> Profile:
    read = read_profile(given, family, born, admitted.services.storage.now().date())
    if isinstance(read, BadField):
        raise _bad(read.field, read.because)
    return read


def _locale(said: str | None) -> str | None:
    if said is not None and said not in LOCALES:
        raise _bad("locale", f"The languages that there are: {', '.join(sorted(LOCALES))}.")
    return said


def _bad(name: str, because: str) -> Problem:
    return Problem(Kind.MALFORMED, because, more={"field": name})


def _id(id: UUID) -> CustomerId:
    return CustomerId(Id(int=id.int))


routes = [
    list_customers,
    create_customer,
    read_customer,
    change_customer,
    search_customers,
    merge_customers,
    erase_customer,
]
