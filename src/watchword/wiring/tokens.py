"""Where words that nobody can guess come from, and keys by which they are known."""

import base64
import secrets

from watchword.features.templates.faults import TOKEN_LETTERS
from watchword.foundation.keyring import KeyKind, Keyring


def new_token() -> str:
    """Give a word that nobody can guess: 60 random bits, in letters and digits that links keep."""
    return base64.b32encode(secrets.token_bytes(8)).decode()[:TOKEN_LETTERS].lower()


def newest_of(keyring: Keyring, kind: KeyKind) -> bytes:
    return keyring.versions(kind)[keyring.newest(kind)]
