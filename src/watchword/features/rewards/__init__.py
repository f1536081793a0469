"""Rewards: what may be had for points, where, when, and how many of them there are."""
