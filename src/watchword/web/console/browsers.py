"""What a browser says it is, in two words: `Firefox, Linux`.

It is a hint for somebody who looks at where they are signed in, and proves nothing: anybody can say
anything there. So a few names are known, and whatever else stands there is not shown.
"""

from typing import Final

from watchword.web.html.pages import AnyRequest

READ_AT_MOST: Final = 400  # characters
UNKNOWN: Final = "Browser"

BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What stands in it, and the name. Nearly all say that they are Safari and Chrome, too, so those
that say more come first."""

SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_of(request: AnyRequest) -> str:
    """Say what somebody's browser says it is."""
    return in_two_words(request.headers.get("user-agent", ""))


def in_two_words(user_agent: str) -> str:
    said = user_agent[:READ_AT_MOST]
    browser = next((name for mark, name in BROWSERS if mark in said), UNKNOWN)
    system = next((name for mark, name in SYSTEMS if mark in said), None)
    return browser if system is None else f"{browser}, {system}"
