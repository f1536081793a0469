"""That a core has lately not answered about somebody, so that nobody is answered alike."""
