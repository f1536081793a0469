"""How secrets are written down in what is sealed then, and read back as secrets."""

from watchword.foundation.secret import Secret


def written(thing: object) -> object:
    """Fill the `enc_hook` of msgspec. What comes of it is for a seal alone."""
    if isinstance(thing, Secret):
        return thing.reveal()
    raise NotImplementedError(f"{type(thing).__name__} is not written.")


def revived(kind: type, content: object) -> object:
    """Fill the `dec_hook` of msgspec."""
    if kind is Secret and isinstance(content, str):
        return Secret(content)
    raise NotImplementedError(f"{kind.__name__} is not read.")
