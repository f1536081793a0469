"""The tables of organisations, of what they have set up, and of the ledger."""

from watchword.features.audit.rules import Noun
from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
    FOR_GOOD,
    OF_NO_USE,
    Link,
    Stays,
    Subject,
    Table,
    Term,
)

EVIDENCE = Stays("as evidence: it names random ids, and nobody by name or address")

TABLES = (
    Table(name="organisations", holds="banks and shops", terms=AS_LONG_AS_USED, key=()),
    Table(
        name="organisation_keys",
        holds="their keys, wrapped",
        terms=AS_LONG_AS_USED,
        key=("kind", "version"),
    ),
    Table(name="api_keys", holds="which applications may call", terms=AS_LONG_AS_USED),
    Table(
        name="audit_entries",
        holds="who did what to what: ids alone",
        terms=FOR_GOOD,
        links=(
            Link("target", Subject.CONTACT),
            Link("target", Subject.CHALLENGE),
            Link("target", Subject.STAFF, before=Noun.STAFF.prefix),
            Link("target", Subject.SESSION, before="session:"),
            Link("target", Subject.PASSKEY, before="passkey:"),
            Link("target", Subject.SUPPRESSION, before="suppression:"),
            Link("target", Subject.CONSENT, before="consent:"),
            Link("target", Subject.APPROVAL, before="approval:"),
            Link("actor", Subject.STAFF, before=Noun.STAFF.prefix),
        ),
        section="audit",
        shows=("id", "at", "action", "actor", "target", "details", "leaf_position"),
        hides={"leaf_hash": OF_NO_USE},
        written=frozenset({"details"}),
        fate=EVIDENCE,
    ),
    Table(name="ledgers", holds="how far each ledger is", terms=FOR_GOOD, key=()),
    Table(name="ledger_nodes", holds="digests of entries", terms=FOR_GOOD, key=("level", "place")),
    Table(name="ledger_checkpoints", holds="signed states of it", terms=FOR_GOOD, key=("size",)),
    Table(
        name="ledger_keys",
        holds="what signatures are checked with",
        terms=FOR_GOOD,
        key=("public",),
    ),
    Table(
        name="figures",
        holds="what each hour came to: counts",
        terms=AS_LONG_AS_USED,
        key=("hour", "channel", "provider"),
    ),
    Table(
        name="figure_hours", holds="which hours are counted", terms=AS_LONG_AS_USED, key=("hour",)
    ),
    Table(
        name="provider_paces",
        holds="from when on a provider is given the next message that nobody waits for",
        terms=AS_LONG_AS_USED,
        key=("provider",),
    ),
    Table(
        name="provider_rests",
        holds="which providers are left alone for a while",
        terms=AS_LONG_AS_USED,
        key=("provider",),
    ),
    Table(name="locations", holds="sites of an organisation", terms=AS_LONG_AS_USED),
    Table(
        name="organisation_settings",
        holds="what they have set",
        terms=AS_LONG_AS_USED,
        key=("scope", "section"),
    ),
    Table(
        name="settings_versions",
        holds="what they had set before, and who changed it",
        terms=FOR_GOOD,
        key=("scope", "section", "version"),
        links=(
            Link("changed_by", Subject.STAFF, before=Noun.STAFF.prefix),
            Link("approved_by", Subject.STAFF, before=Noun.STAFF.prefix),
        ),
        section="settings_changed",
        shows=("scope", "section", "version", "changed_at", "changed_by", "approved_by"),
        hides={"content": "settings of the organisation, and not of the person"},
        fate=EVIDENCE,
    ),
    Table(
        name="approval_requests",
        holds="what needs a second person",
        terms=(Term(keep=Keep.EVIDENCE, since="expires_at", where="state <> 'open'"),),
        links=(
            Link("author", Subject.STAFF, before=Noun.STAFF.prefix),
            Link("decided_by", Subject.STAFF, before=Noun.STAFF.prefix),
            Link("subject", Subject.CONTACT, before="contact:"),
        ),
        gives={Subject.APPROVAL: "id"},
        section="approvals",
        shows=(
            *("id", "kind", "subject", "reason", "author", "state", "created_at", "expires_at"),
            *("decided_by", "decided_at", "because", "used_at"),
        ),
        hides={"payload": "what is asked for, which may be about somebody else"},
        fate=EVIDENCE,
    ),
    Table(
        name="own_words",
        holds="an organisation's own texts, and who wrote them",
        terms=AS_LONG_AS_USED,
        key=("purpose", "channel", "locale", "version"),
        links=(Link("created_by", Subject.STAFF, before=Noun.STAFF.prefix),),
        section="texts_written",
        shows=("id", "purpose", "channel", "locale", "version", "created_at", "created_by"),
        hides={"words": "texts of the organisation", "replaced_at": OF_NO_USE},
        fate=EVIDENCE,
    ),
)
