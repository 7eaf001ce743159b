"""`python -m pipeline.evidence.world FOLDER`: build what `seeds/world` holds from a folder of clones."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.evidence.world.births_build import build_births
from pipeline.evidence.world.offices_build import build_offices
from pipeline.evidence.world.sources import WORLD
from pipeline.evidence.world.sources_git import Clone, clones_in


def main() -> None:
    """Build, and say what was built."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.evidence.world", description=__doc__)
    parser.add_argument("clones", type=Path, help="folder of clones, each in a folder owner+name")
    parser.add_argument("--into", type=Path, default=WORLD, help="folder of the world data")
    parser.add_argument("--births-only", action="store_true", help="leave the office records as they are")
    given = parser.parse_args()
    clones = clones_in(given.clones)
    if not given.births_only:
        _offices(clones, given.into)
    print(f"{build_births(clones, given.into)} people with the day of their birth")


def _offices(clones: dict[str, Clone], into: Path) -> None:
    built = build_offices(clones, into)
    print(f"{built.records} office records; {built.contradicted} left out, because sources name others")
    for source, count in built.by_source.items():
        print(f"  {source}: {count}")


if __name__ == "__main__":
    main()
