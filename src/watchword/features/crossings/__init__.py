"""Crossings: how an organisation comes over from the product its applications were written for."""
