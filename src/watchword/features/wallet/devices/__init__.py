"""Devices that customers trust: each holds a key that it cannot give away."""
