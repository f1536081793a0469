"""What rests of PINs: those of customers without a banking core, and the last ones of everybody."""
