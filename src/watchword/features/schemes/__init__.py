"""Schemes: how an application asks for codes, under a name and settings of its own making."""
