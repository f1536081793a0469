"""What customers hold: points, turnover and bonus credit, alone or together."""
