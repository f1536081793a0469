"""How a profile is written before it is sealed: name and date of birth are one record."""

from datetime import date

import msgspec
from msgspec import Struct

from watchword.features.customers.rules import CustomerId, Profile
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place


class _Written(Struct, frozen=True):
    given_name: str
    family_name: str
    birth_date: date | None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Written)


def written(profile: Profile) -> bytes:
    return _encoder.encode(_Written(profile.given_name, profile.family_name, profile.birth_date))


def read_back(content: bytes) -> Profile:
    said = _decoder.decode(content)
    return Profile(said.given_name, said.family_name, said.birth_date)


def place_of(organisation_id: OrganisationId, id: CustomerId) -> Place:
    return Place(organisation_id, "customers", "profile", str(id))
