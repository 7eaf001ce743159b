"""Word in, Word out: what a .docx or .odt file says, and the same .docx with comments at exact words."""
