"""An evaluation as one file: the same bytes, replayed elsewhere, nothing of a foreign archive believed."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core.errors import InputError
from pipeline.core.settings import PROJECT
from pipeline.evaluation import Bundle, import_bundle, pack
from pipeline.evaluation.run.export import unpack

RECORDED = PROJECT / "prompts" / "evaluations" / "small-model"
ID = Bundle(RECORDED).evaluation.id


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return pack(Bundle(RECORDED), tmp_path / "out" / "small.zip")


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return an archive with other entries."""
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    target = source.with_name("other.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target


def test_the_same_evaluation_gives_the_same_bytes_and_comes_out_as_it_went_in(packed: Path, tmp_path: Path) -> None:
    again = pack(Bundle(RECORDED), tmp_path / "again.zip")
    assert packed.read_bytes() == again.read_bytes()
    bundle = unpack(packed, tmp_path / "there")
    assert bundle.digest == Bundle(RECORDED).digest and not bundle.changed_files()


def test_one_command_exports_and_another_machine_replays_and_imports(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(RECORDED, here / "evaluations" / ID)

    def run(home: Path, *arguments: str) -> str:
        done = CliRunner(env={"FACTNOTES_HOME": str(home)}).invoke(main, ["eval", *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    file = str(tmp_path / "small.zip")
    assert run(here, "export", ID[:6], "--out", file).strip() == file
    shutil.rmtree(here)
    told = json.loads(run(there, "replay", file, "--json"))
    assert (told["proven"], told["taken"], told["digest"]) == (52, 0, Bundle(RECORDED).digest)
    assert ID in run(there, "import", file) and ID in run(there, "list")
    assert "52 answers proven again" in run(there, "replay", ID)
    refused = CliRunner(env={"FACTNOTES_HOME": str(there)}).invoke(main, ["eval", "import", file])
    assert refused.exit_code != 0 and "is there already" in refused.output
    assert not list((there / "evaluations").glob(".importing*"))


def test_what_is_not_finished_or_was_changed_is_not_packed(tmp_path: Path) -> None:
    shutil.copytree(RECORDED, tmp_path / "copy")
    bundle = Bundle(tmp_path / "copy")
    (bundle.folder / "answers.jsonl").write_text("")
    with pytest.raises(InputError, match=r"answers\.jsonl was changed"):
        pack(bundle, tmp_path / "a.zip")
    bundle.save_manifest(files={})
    with pytest.raises(InputError, match="is not finished"):
        pack(bundle, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_a_file_that_is_there_is_not_written_over(packed: Path) -> None:
    with pytest.raises(InputError, match="is there already"):
        pack(Bundle(RECORDED), packed)


def _escaping(entries: dict[str, bytes]) -> None:
    manifest = json.loads(entries[f"{ID}/manifest.json"])
    manifest["files"]["../../escaped"] = manifest["files"].pop("scores.json")
    entries[f"{ID}/../../escaped"] = entries.pop(f"{ID}/scores.json")
    entries[f"{ID}/manifest.json"] = json.dumps(manifest).encode()


def _elsewhere(entries: dict[str, bytes]) -> None:
    manifest = json.loads(entries[f"{ID}/manifest.json"])
    manifest["evaluation"]["id"] = "../elsewhere"
    entries[f"{ID}/manifest.json"] = json.dumps(manifest).encode()


def _upwards(entries: dict[str, bytes]) -> None:
    for name in list(entries):
        entries[name.replace(ID, "..", 1)] = entries.pop(name)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_upwards, "'..' would be written where it does not belong"),
        (_escaping, "would be written where it does not belong"),
        (_elsewhere, "is not the id of its evaluation"),
        (lambda entries: entries.update({f"{ID}/more.txt": b"x"}), "does not hold the files its manifest names"),
        (lambda entries: entries.update({"/etc/other": b"x"}), "does not hold the files its manifest names"),
        (lambda entries: entries.pop(f"{ID}/scores.json"), "does not hold the files its manifest names"),
        (lambda entries: entries.update({f"{ID}/scores.json": b"{}"}), "scores.json is not what was saved"),
        (lambda entries: entries.update({f"{ID}/manifest.json": b"{}"}), "manifest cannot be read"),
        (lambda entries: entries.pop(f"{ID}/manifest.json"), "has no manifest.json"),
        (lambda entries: entries.clear(), "has no manifest.json"),
    ],
)
def test_an_archive_that_is_not_what_was_packed_is_refused(
    packed: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], says: str
) -> None:
    home = tmp_path / "a" / "b" / "home"
    with pytest.raises(InputError, match=says):
        import_bundle(rewritten(packed, change), home)
    assert not list(tmp_path.rglob("escaped")) and not list((home / "evaluations").iterdir())


def test_an_archive_that_would_fill_the_disk_is_refused(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.evaluation.run.export.LARGEST", 1_000)
    with pytest.raises(InputError, match="would unpack to more than 1,000 bytes"):
        unpack(packed, tmp_path / "there")


def test_a_file_that_is_no_archive_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(InputError, match="is no archive of an evaluation"):
        unpack(tmp_path / "x.zip", tmp_path)
    with pytest.raises(InputError, match="there is no file"):
        unpack(tmp_path / "y.zip", tmp_path)


def test_a_damaged_archive_is_told_from_a_whole_one(packed: Path, tmp_path: Path) -> None:
    content = bytearray(packed.read_bytes())
    content[len(content) // 2] ^= 0xFF
    packed.write_bytes(bytes(content))
    with pytest.raises(InputError, match="damaged"):
        unpack(packed, tmp_path / "there")
