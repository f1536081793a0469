"""The tables of landing pages. They tell of what is offered, and of nobody."""

from watchword.features.privacy.mapping import AS_LONG_AS_USED, Table

TABLES = (
    Table(
        name="pages",
        holds="landing pages: their names, and what is in them, sealed",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="page_pictures",
        holds="pictures of landing pages in a few sizes, sealed, without what came with them",
        terms=AS_LONG_AS_USED,
        key=("id", "width"),
    ),
)
