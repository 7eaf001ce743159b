"""Save the whole home in one archive while others work in it, and put it back, whole or not at all."""

from pipeline.store.backup.restore import Restored, restore_backup
from pipeline.store.backup.save import Manifest, Saved, save_backup

__all__ = ["Manifest", "Restored", "Saved", "restore_backup", "save_backup"]
