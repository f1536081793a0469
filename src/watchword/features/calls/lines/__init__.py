"""Lines as they are called: a profile with what stands around it."""
