"""The world in the box: dated facts of countries, built from public sources and shipped in `seeds/world/`."""
