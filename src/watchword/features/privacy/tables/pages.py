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
    Table(
        name="page_editions",
        holds="what others saw of landing pages before, sealed, while a campaign leads there",
        terms=AS_LONG_AS_USED,
        key=("page_id", "version"),
    ),
)
