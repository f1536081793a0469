"""Each message that carried a code under a scheme, and whether its code came back."""
