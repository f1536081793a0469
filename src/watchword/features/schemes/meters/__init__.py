"""Meters: what an application lets itself be counted by, and how much of it there may be."""
