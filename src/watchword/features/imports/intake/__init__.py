"""What becomes of rows: new customers, new cards, or nothing, for they were here before."""
