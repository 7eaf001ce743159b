"""Earlier decisions on the same claim, or on one that says the same."""
