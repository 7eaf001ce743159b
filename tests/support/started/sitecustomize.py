"""What every Python process that a test starts does first: look for garbage among imported objects less often."""

import gc

gc.set_threshold(100_000)
