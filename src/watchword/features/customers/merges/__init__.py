"""Two customers who are one person become one."""
