"""Signing in by the identity provider of an organisation: OpenID Connect."""
