"""Where traces go, if anywhere."""
