"""How words, outcomes and sources are shown, whatever the format: shared by reports, the desk and what is published.

Values in, text out. Text from outside is escaped here, once for each format.
"""
