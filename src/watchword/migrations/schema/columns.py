"""The kinds of columns that there are. Moments are microseconds since 1970 UTC."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Text, text

schema = MetaData()


def id_(name: str = "organisation_id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def text_(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def bytes_(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
