"""What happens to codes that are on their way to somebody who wants none any more."""
