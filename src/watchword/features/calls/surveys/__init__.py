"""Going through the members of a core: how many have a PIN that others could work out."""
