"""Identity providers that staff sign on by."""
