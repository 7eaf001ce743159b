"""`python -m pipeline.evidence.world FOLDER`: build what `seeds/world` holds from a folder of clones."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.evidence.world.offices_build import build_offices
from pipeline.evidence.world.sources import WORLD
from pipeline.evidence.world.sources_git import clones_in


def main() -> None:
    """Build, and say what was built."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.evidence.world", description=__doc__)
    parser.add_argument("clones", type=Path, help="folder of clones, each in a folder owner+name")
    parser.add_argument("--into", type=Path, default=WORLD, help="folder of the world data")
    given = parser.parse_args()
    built = build_offices(clones_in(given.clones), given.into)
    print(f"{built.records} office records; {built.contradicted} left out, because sources name others")
    for source, count in built.by_source.items():
        print(f"  {source}: {count}")


if __name__ == "__main__":
    main()
