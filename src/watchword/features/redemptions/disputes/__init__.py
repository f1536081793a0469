"""A customer says not to have been there when staff made an exception for them."""
