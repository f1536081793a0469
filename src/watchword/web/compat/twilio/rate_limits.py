"""Rate limits and their buckets: what Twilio calls our meters and bounds."""

import re
from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.schemes.meters.rules import (
    LONGEST,
    MOST_AT_MOST,
    Bound,
    BoundId,
    Meter,
    MeterId,
    NameTaken,
    SpanTaken,
    TooManyBounds,
    TooManyMeters,
)
from watchword.features.schemes.rules import NoScheme, SchemeId
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import (
    METER_TAKEN,
    NO_METER_NAME,
    SPAN_TAKEN,
    TOO_MANY_BOUNDS,
    TOO_MANY_METERS,
    found_at,
    invalid,
    not_there,
)
from watchword.web.compat.twilio.forms import Form, form, query, write_moment
from watchword.web.compat.twilio.paging import cut, envelope, wanted
from watchword.web.compat.twilio.places import SERVICE, SETTINGS_READ, SETTINGS_WRITE
from watchword.web.compat.twilio.services import (
    found_service,
    no_service,
    scheme_id,
    service_path,
)
from watchword.web.compat.twilio.sids import BUCKET, RATE_LIMIT, read_sid, write_sid
from watchword.web.compat.twilio.sids import SERVICE as SERVICE_LETTERS

RATE_LIMITS = SERVICE + "/RateLimits"
RATE_LIMIT_ = RATE_LIMITS + "/{rate_limit:str}"
BUCKETS = RATE_LIMIT_ + "/Buckets"
BUCKET_ = BUCKETS + "/{bucket:str}"
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
DESCRIPTION_AT_MOST = 250
SECONDS_AT_MOST = int(LONGEST.total_seconds())


@post(RATE_LIMITS, opt=SETTINGS_WRITE)
async def create_rate_limit(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    said = await form(request)
    name = said.needed("UniqueName")
    if not NAME.fullmatch(name):
        raise NO_METER_NAME
    description = said.text("Description", most=DESCRIPTION_AT_MOST)
    made = await guest.services.schemes.meters.create(
        guest.client, scheme_id(service), name, description
    )
    match made:
        case NoScheme():
            raise no_service(service)
        case NameTaken():
            raise METER_TAKEN
        case TooManyMeters():
            raise TOO_MANY_METERS
        case Meter():
            return _shown(made, guest)


@get(RATE_LIMITS, opt=SETTINGS_READ)
async def list_rate_limits(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    scheme = await found_service(guest, service)
    asked = wanted(query(request))
    rows, after = cut(await guest.services.schemes.meters.of(guest.client, scheme.id), asked)
    url = guest.url(f"{service_path(scheme.id)}/RateLimits")
    return envelope(url, "rate_limits", [_shown(each, guest) for each in rows], asked, after)


@get(RATE_LIMIT_, opt=SETTINGS_READ)
async def fetch_rate_limit(
    service: FromPath[str],
    rate_limit: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    id = _meter_id(rate_limit, request)
    there = await guest.services.schemes.meters.of(guest.client, scheme_id(service))
    return _shown(found_at(request, next((each for each in there if each.id == id), None)), guest)


@post(RATE_LIMIT_, opt=SETTINGS_WRITE, status_code=200)
async def update_rate_limit(
    service: FromPath[str],
    rate_limit: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    description = (await form(request)).text("Description", most=DESCRIPTION_AT_MOST)
    changed = await guest.services.schemes.meters.describe(
        guest.client, scheme_id(service), _meter_id(rate_limit, request), description
    )
    return _shown(found_at(request, changed), guest)


@delete(RATE_LIMIT_, opt=SETTINGS_WRITE)
async def delete_rate_limit(
    service: FromPath[str],
    rate_limit: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> None:
    removed = await guest.services.schemes.meters.remove(
        guest.client, scheme_id(service), _meter_id(rate_limit, request)
    )
    if not removed:
        raise not_there(request)


@post(BUCKETS, opt=SETTINGS_WRITE)
async def create_bucket(
    service: FromPath[str],
    rate_limit: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    most, seconds = _bounds(await form(request))
    if most is None or seconds is None:
        raise invalid("Max" if most is None else "Interval")
    scheme, meter = scheme_id(service), _meter_id(rate_limit, request)
    made = await guest.services.schemes.meters.bind(guest.client, scheme, meter, most, seconds)
    match made:
        case SpanTaken():
            raise SPAN_TAKEN
        case TooManyBounds():
            raise TOO_MANY_BOUNDS
        case _:
            return _bucket(found_at(request, made), scheme, guest)


@get(BUCKETS, opt=SETTINGS_READ)
async def list_buckets(
    service: FromPath[str],
    rate_limit: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    asked = wanted(query(request))
    scheme, meter = scheme_id(service), _meter_id(rate_limit, request)
    there = await guest.services.schemes.meters.bounds_of(guest.client, scheme, meter)
    rows, after = cut(found_at(request, there), asked)
    url = guest.url(f"{_path(scheme, meter)}/Buckets")
    shown = [_bucket(each, scheme, guest) for each in rows]
    return envelope(url, "buckets", shown, asked, after)


@get(BUCKET_, opt=SETTINGS_READ)
async def fetch_bucket(
    service: FromPath[str],
    rate_limit: FromPath[str],
    bucket: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    scheme, meter = scheme_id(service), _meter_id(rate_limit, request)
    id = _bound_id(bucket, request)
    there = await guest.services.schemes.meters.bounds_of(guest.client, scheme, meter) or ()
    found = next((each for each in there if each.id == id), None)
    return _bucket(found_at(request, found), scheme, guest)


@post(BUCKET_, opt=SETTINGS_WRITE, status_code=200)
async def update_bucket(
    service: FromPath[str],
    rate_limit: FromPath[str],
    bucket: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    most, seconds = _bounds(await form(request))

    def changed(bound: Bound) -> tuple[int, int]:
        return most or bound.most, seconds or bound.seconds

    scheme, meter = scheme_id(service), _meter_id(rate_limit, request)
    done = await guest.services.schemes.meters.rebind(
        guest.client, scheme, meter, _bound_id(bucket, request), changed
    )
    if isinstance(done, SpanTaken):
        raise SPAN_TAKEN
    return _bucket(found_at(request, done), scheme, guest)


@delete(BUCKET_, opt=SETTINGS_WRITE)
async def delete_bucket(
    service: FromPath[str],
    rate_limit: FromPath[str],
    bucket: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> None:
    scheme, meter = scheme_id(service), _meter_id(rate_limit, request)
    id = _bound_id(bucket, request)
    if not await guest.services.schemes.meters.unbind(guest.client, scheme, meter, id):
        raise not_there(request)


def _bounds(said: Form) -> tuple[int | None, int | None]:
    return said.number("Max", 1, MOST_AT_MOST), said.number("Interval", 1, SECONDS_AT_MOST)


def _meter_id(sid: str, request: Request[Any, Any, Any]) -> MeterId:
    return MeterId(found_at(request, read_sid(RATE_LIMIT, sid)))


def _bound_id(sid: str, request: Request[Any, Any, Any]) -> BoundId:
    return BoundId(found_at(request, read_sid(BUCKET, sid)))


def _path(scheme: SchemeId, meter: MeterId) -> str:
    return f"{service_path(scheme)}/RateLimits/{write_sid(RATE_LIMIT, meter)}"


def _shown(meter: Meter, guest: Guest) -> dict[str, Any]:
    url = guest.url(_path(meter.scheme_id, meter.id))
    return {
        "sid": write_sid(RATE_LIMIT, meter.id),
        "service_sid": write_sid(SERVICE_LETTERS, meter.scheme_id),
        "account_sid": guest.account_sid,
        "unique_name": meter.name,
        "description": meter.description,
        "date_created": write_moment(meter.created_at),
        "date_updated": write_moment(meter.changed_at),
        "url": url,
        "links": {"buckets": f"{url}/Buckets"},
    }


def _bucket(bound: Bound, scheme: SchemeId, guest: Guest) -> dict[str, Any]:
    sid = write_sid(BUCKET, bound.id)
    return {
        "sid": sid,
        "rate_limit_sid": write_sid(RATE_LIMIT, bound.meter_id),
        "service_sid": write_sid(SERVICE_LETTERS, scheme),
        "account_sid": guest.account_sid,
        "max": bound.most,
        "interval": bound.seconds,
        "date_created": write_moment(bound.created_at),
        "date_updated": write_moment(bound.changed_at),
        "url": guest.url(f"{_path(scheme, bound.meter_id)}/Buckets/{sid}"),
    }


routes = [
    create_rate_limit,
    list_rate_limits,
    fetch_rate_limit,
    update_rate_limit,
    delete_rate_limit,
    create_bucket,
    list_buckets,
    fetch_bucket,
    update_bucket,
    delete_bucket,
]
