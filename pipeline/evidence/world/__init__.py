"""The world in the box: who held which office, and facts of countries, each with source, licence and `as_of`."""
