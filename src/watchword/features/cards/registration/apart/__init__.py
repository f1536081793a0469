"""Codes of somebody who registered with an old card that another claims, too."""
