"""English as it is written in newspapers: numbers and dates."""
