"""How pictures that came from outside are opened: by another process, which knows nothing."""
