"""The bodies of the calls, under CAMARA's names. They take nothing that is not described."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from watchword.web.requests import Body

# Here `$` alone lets a line break pass behind it.
PhoneNumber = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{4,14}$(?!\n)", max_length=16)]
Message = Annotated[str, Meta(pattern=r"\{\{code\}\}", max_length=160)]


class SendCode(Body, frozen=True, rename="camel"):
    phone_number: PhoneNumber
    message: Message


class CodeSent(Struct, frozen=True, rename="camel"):
    authentication_id: UUID


class ValidateCode(Body, frozen=True, rename="camel"):
    authentication_id: Annotated[str, Meta(max_length=36)]
    code: Annotated[str, Meta(max_length=10)]
