"""Watchword: prove that a customer is who they say they are."""

VERSION = "0.1.0"
