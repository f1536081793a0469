"""Where the links of campaigns lead."""
