"""Outside services, one file each; vendor errors stop here."""
