"""What the API guide says of the fields of requests about landing pages."""

from collections.abc import Mapping

_SET = {
    "name": "As your staff call it. Customers do not see it.",
    "variants": "Blocks by language: as `de`. Each has a `kind`, and up to 30 are a page.",
    "valid_from": "From when on it is seen, once it is published. Null: at once.",
    "valid_until": "Until when. Null: without an end.",
    "zone": "The clock that people read these moments by.",
}


def _named(schema: str, *said: Mapping[str, str]) -> Mapping[str, str]:
    return {f"{schema}.{name}": words for each in said for name, words in each.items()}


OF_PAGES: Mapping[str, str] = {
    "page_id": "The `id` of the page.",
    **_named("NewPage", _SET),
    **_named("PageChange", _SET),
    "PageChange.version": "The one that you have read: nobody's change is overwritten unseen.",
    "Publication.version": "The one that you have read: others see this one, or none.",
    **_named("PageView", {name: words for name, words in _SET.items() if name != "variants"}),
    "PageView.id": "Keep it: campaigns name it.",
    "PageView.state": "`draft`, `live`, or `retired`, which is for good.",
    "PageView.locales": "In which languages something is written.",
    "PageView.shown_version": "The version that others see. Null: none.",
    "PageView.version": "On what it stands. It goes back with a change.",
    "PageView.created_at": "Since when it is there.",
    "PageView.updated_at": "When it was last changed.",
    "PageDetail.page": "The page from outside.",
    "PageDetail.variants": "Its blocks by language, as they are worked on.",
    "picture_id": "The `id` of the picture.",
    "PictureView.id": "A block of the kind `picture` names it.",
    "PictureView.sizes": "In which it was drawn, the smallest first.",
    "PictureSizeView.width": "In dots.",
    "PictureSizeView.height": "In dots.",
    "PictureList.pictures": "All of the page.",
    "PagePage.pages": "One page of them.",
    "PagePage.cursor": "Leads to the next page. Null on the last.",
}
