"""Codes that end because their organisation has switched off what they were for."""
