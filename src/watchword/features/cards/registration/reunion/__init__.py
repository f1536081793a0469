"""Somebody who registered twice: who proves a contact point has one card."""
