"""Any core that speaks JSON over HTTP, as a file describes it."""
