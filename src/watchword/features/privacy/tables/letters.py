"""The tables of letters: what waits to be printed, in which batches, and what was drawn."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    ONE_WAY,
    Emptied,
    Link,
    Subject,
    Table,
    Term,
)

CONTENT = "the address stands with the contact point, and nobody gets to see a code"
OVER = "state in ('handed_over', 'dissolved')"

TABLES = (
    Table(
        name="letters",
        holds="letters and what became of them, their content sealed until it was printed",
        terms=(
            Term(
                keep=Keep.VERIFIERS,
                since="not_after",
                where="sealed_content is not null",
                empties={"sealed_content": "null"},
                by="the end of the code",
            ),
            Term(keep=Keep.DELIVERIES, since="not_after"),
        ),
        links=(Link("contact_id", Subject.CONTACT),),
        section="letters",
        shows=(
            *("id", "message_id", "challenge_id", "contact_id", "state", "batch_id", "number"),
            *("created_at", "not_after", "handed_over_at", "returned_at"),
        ),
        hides={"sealed_content": CONTENT, "return_tag": ONE_WAY},
        fate=Emptied({"sealed_content": "null"}),
    ),
    Table(
        name="letter_batches",
        holds="batches of letters, and who released them",
        terms=(
            Term(keep=Keep.EVIDENCE, since="created_at", where=OVER),
            Term(keep=Keep.AS_LONG_AS_USED),
        ),
    ),
    Table(
        name="letter_pages",
        holds="letters as they were drawn, sealed, until their batch is handed over",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=("batch_id", "number"),
    ),
)
