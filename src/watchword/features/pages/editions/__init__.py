"""What was published of pages before, as long as somebody is led there."""
