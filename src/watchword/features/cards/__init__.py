"""Cards: what is proven about them, how and by whom."""
