"""Symitar, by way of SymXchange: built to public documentation, never tried on a live one."""
