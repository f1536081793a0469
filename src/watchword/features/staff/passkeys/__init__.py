"""Passkeys: a key that a device or a password manager holds, and that signs somebody in."""
