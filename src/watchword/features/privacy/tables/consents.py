"""The tables of consent: who agreed to what, who was asked, and what people wrote back."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
    FOR_GOOD,
    ONE_WAY,
    Emptied,
    Link,
    Stays,
    Subject,
    Table,
    Term,
)

TABLES = (
    Table(
        name="consent_records",
        holds="the book of who agreed to advertising, and who took that back, as digests",
        terms=FOR_GOOD,
        key=("digest", "scope", "number"),
        links=(Link("contact_id", Subject.CONTACT), Link("digest", Subject.OPT_OUT)),
        gives={Subject.CONSENT: "id", Subject.CONSENT_TEXT: "text_id"},
        section="consent_records",
        shows=(
            *("id", "scope", "number", "standing", "source", "text_id", "contact_id"),
            *("created_at", "created_by"),
        ),
        hides={"digest": ONE_WAY},
        fate=Emptied({"contact_id": "null"}),
    ),
    Table(
        name="consent_texts",
        holds="what people were shown when they agreed",
        terms=AS_LONG_AS_USED,
        links=(Link("id", Subject.CONSENT_TEXT),),
        section="consent_texts",
        shows=("id", "locale", "text", "created_at"),
        fate=Stays("it is the same for everybody, and names nobody"),
    ),
    Table(
        name="consents",
        holds="which consent holds today",
        terms=AS_LONG_AS_USED,
        key=("contact_id", "scope"),
        links=(Link("contact_id", Subject.CONTACT),),
        section="consents",
        shows=("contact_id", "scope", "since", "record_id"),
    ),
    Table(
        name="opt_in_requests",
        holds="who was asked for consent, and how often, as digests",
        terms=FOR_GOOD,
        key=("digest", "scope"),
        links=(Link("contact_id", Subject.CONTACT), Link("digest", Subject.OPT_OUT)),
        section="opt_in_requests",
        shows=("scope", "contact_id", "text_id", "asked", "asked_at", "answer"),
        hides={"digest": ONE_WAY},
        fate=Emptied({"contact_id": "null"}),
    ),
    Table(
        name="incoming_texts",
        holds="that somebody wrote to us, and what it meant; never what it said",
        terms=(Term(keep=Keep.DELIVERIES, since="received_at"),),
        key=("provider", "reference"),
        links=(Link("digest", Subject.OPT_OUT),),
        section="incoming_texts",
        shows=("provider", "reference", "meaning", "answered", "received_at"),
        hides={"digest": ONE_WAY},
    ),
)
