"""Sources of evidence that are read again and again: what each is, what it has given, and how it is asked."""
