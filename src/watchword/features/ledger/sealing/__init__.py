"""How entries get their places in the tree, and how the tree is signed."""
