"""What is done of a file before the database is asked: rows are read, judged and sealed."""
