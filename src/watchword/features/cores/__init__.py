"""What we ask of a banking core: who somebody is there, and their PIN."""
