"""The request gate before every page: host, origin, size, who it is, what they may."""
