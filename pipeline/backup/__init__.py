"""Save the whole home in one archive while others work in it, and put it back, whole or not at all."""

from pipeline.backup.restoring import Restored, restore_backup
from pipeline.backup.saving import Manifest, Saved, save_backup

__all__ = ["Manifest", "Restored", "Saved", "restore_backup", "save_backup"]
