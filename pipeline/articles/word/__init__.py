"""Word in, Word out: what a .docx or .odt file says, and the same file with comments at exact words."""
