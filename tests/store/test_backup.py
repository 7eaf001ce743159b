"""Backup and restore: a home saved while others write, put back whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st
from samples import sample_report

from pipeline.cli.main import main
from pipeline.core.errors import InputError, SettingsError, StoreBusy
from pipeline.core.models import (
    LOCAL_PERSON,
    Article,
    Claim,
    Failure,
    Note,
    OfficeRecord,
    PartialDate,
    Span,
    Usage,
)
from pipeline.core.settings import Settings, load_settings
from pipeline.evidence import prepare_world, world_status
from pipeline.evidence.world.offices_file import write_records
from pipeline.evidence.world.status import updated_file
from pipeline.review import Filter, decide, history, queue, undo
from pipeline.store import MANIFEST, Manifest, Store, export_log, open_archive
from pipeline.store.archive import Archive, is_safe
from pipeline.store.backup import restore, restore_backup, save, save_backup
from pipeline.store.backup.save import KIND, manifest_of


def desk(folder: Path) -> Settings:
    """Fill a home with the sample report, a price list, a folder of its own, indexes and a link."""
    settings = load_settings(home=folder, model="none")
    store = Store.open(settings.store_path)
    report = sample_report()
    store.begin_run(report.run_id, report.article, report.as_of, report.versions)
    for position, note in enumerate(report.notes):
        store.save_note(report.run_id, position, note, Usage())
    store.close()
    (folder / "prices.yaml").write_text("openai:gpt: {input: 1, output: 2}\n", encoding="utf-8")
    (folder / "suites" / "own").mkdir(parents=True)
    (folder / "suites" / "own" / "dev ü.yaml").write_text("name: dev\n", encoding="utf-8")
    (folder / "vectors").mkdir()
    (folder / "vectors" / "chroma.sqlite3").write_text("derived", encoding="utf-8")
    (folder / "vectors.lock").touch()
    (folder / "outside").symlink_to("/etc/hostname")
    return settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return desk(tmp_path / "desk")


def read_manifest(file: Path) -> Manifest:
    with open_archive(file, KIND) as archive:
        return manifest_of(archive)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".lock", ".db-wal", ".db-shm")
    }


def whole(settings: Settings) -> list[str]:
    """Return the actions of a store's log, having checked every page of it."""
    with closing(sqlite3.connect(settings.store_path)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    store = Store.open(settings.store_path)
    try:
        return [event.action for event in export_log(store)]
    finally:
        store.close()


def accept_first(settings: Settings) -> str:
    store = Store.open(settings.store_path)
    try:
        item = queue(store, Filter(), limit=1).items[0]
        decide(store, item.claim_id, "accept", LOCAL_PERSON, seen=item.sequence)
        return item.claim_id
    finally:
        store.close()


def test_a_home_comes_back_as_it_was_saved(settings: Settings, tmp_path: Path) -> None:
    accept_first(settings)
    saved = save_backup(settings, tmp_path / "copies" / "one.zip")
    other = load_settings(home=tmp_path / "elsewhere" / "desk", model="none")
    restored = restore_backup(other, saved.file)
    assert restored.aside is None and restored.manifest == saved.manifest
    assert whole(other) == ["accept"]
    before, after = contents(settings.home), contents(other.home)
    assert sorted(after) == ["prices.yaml", "store.db", "suites/own/dev ü.yaml"]
    assert all(after[name] == before[name] for name in after if name != "store.db")
    assert saved.manifest.left_out == ("vectors", "outside")
    assert saved.manifest.rows["reviews"] == 1
    assert saved.file.stat().st_mode & 0o077 == 0
    assert not [path for path in (*saved.file.parent.iterdir(), *other.home.parent.iterdir()) if path.name[0] == "."]


def test_an_updated_world_is_saved_and_made_ready_again_by_the_command_that_restores(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = OfficeRecord(
        person="Lina Aune", office="Mayor of Bergen", start=PartialDate("2020-02-01"), source="wikidata"
    )
    updated_file(settings).parent.mkdir()
    write_records([record], updated_file(settings))
    prepare_world(settings)
    pages = settings.home / "world" / "pages"
    pages.mkdir()
    (pages / "1.json").write_text("[]", encoding="utf-8")
    saved = save_backup(settings, tmp_path / "one.zip")
    kept = [file.path for file in saved.manifest.files if file.path.startswith("world/")]
    assert kept == ["world/offices.jsonl.xz"]
    assert {"world/offices.db", "world/pages"} <= set(saved.manifest.left_out)
    monkeypatch.setenv("FACTNOTES_HOME", str(tmp_path / "other"))
    assert CliRunner().invoke(main, ["restore", str(saved.file)], catch_exceptions=False).exit_code == 0
    status = world_status(load_settings(home=tmp_path / "other", model="none"))
    assert (status.ready, status.updated, status.records) == (True, True, 1)


def test_a_backup_made_while_others_decide_is_whole_and_holds_every_decision_acknowledged_before(
    tmp_path: Path,
) -> None:
    settings = load_settings(home=tmp_path / "desk", model="none")
    store = Store.open(settings.store_path)
    text = "".join(f"The mill number {number} burned down. " for number in range(60))
    article, report = Article(text=text), sample_report()
    store.begin_run("run", article, report.as_of, report.versions)
    claims = [
        Claim(article_id=article.id, spans=(Span.locate(each, text),), text=each, check_worthiness=1)
        for each in (f"The mill number {number} burned down." for number in range(60))
    ]
    for position, claim in enumerate(claims):
        note = Note(claim=claim, failure=Failure(stage="verdict", reason="no_model"))
        store.save_note("run", position, note, Usage())
    acknowledged: list[int] = []
    stop = threading.Event()

    def write() -> None:
        sequence = 0
        while not stop.is_set():
            for claim in claims:
                act = decide(store, claim.id, "dismiss", LOCAL_PERSON, seen=sequence, reason="other")
                acknowledged.append(act.id)
                if stop.is_set():
                    return
            sequence += 1
            for claim in claims:
                acknowledged.append(undo(store, claim.id, LOCAL_PERSON, seen=sequence).id)
            sequence += 1

    writer = threading.Thread(target=write)
    writer.start()
    copies = []
    try:
        while len(acknowledged) < 20 and writer.is_alive():
            stop.wait(0.01)
        for number in range(3):
            before = set(acknowledged)
            copies.append((before, save_backup(settings, tmp_path / f"{number}.zip").file))
    finally:
        stop.set()
        writer.join()
    written = [event.id for event in export_log(store)]
    store.close()
    for number, (before, file) in enumerate(copies):
        restored = load_settings(home=tmp_path / f"restored-{number}", model="none")
        restore_backup(restored, file)
        whole(restored)
        opened = Store.open(restored.store_path)
        held = [event.id for event in export_log(opened)]
        decided = queue(opened, Filter(status="decided"), limit=1).total
        assert before <= set(held) and held == written[: len(held)]
        actions = [
            history(opened, claim_id=claim.id)[-1].action for claim in claims if history(opened, claim_id=claim.id)
        ]
        assert decided == actions.count("dismiss")
        opened.close()
    assert len(copies[0][0]) < len(copies[2][0])


def test_a_home_in_use_is_not_replaced_without_force_and_then_kept_aside(settings: Settings, tmp_path: Path) -> None:
    file = save_backup(settings, tmp_path / "one.zip").file
    accept_first(settings)
    with pytest.raises(InputError, match="--force"):
        restore_backup(settings, file)
    assert whole(settings) == ["accept"]
    restored = restore_backup(settings, file, force=True)
    assert whole(settings) == []
    assert restored.aside is not None and restored.aside.parent == settings.home.parent.resolve()
    assert whole(load_settings(home=restored.aside)) == ["accept"]
    assert (restored.aside / "vectors" / "chroma.sqlite3").is_file() and not settings.vectors_path.exists()


def test_a_home_that_somebody_has_open_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    file = save_backup(settings, tmp_path / "one.zip").file
    store = Store.open(settings.store_path)
    try:
        queue(store, Filter())
        with pytest.raises(StoreBusy, match="end the desk"):
            restore_backup(settings, file, force=True)
    finally:
        store.close()
    restore_backup(settings, file, force=True)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    return save_backup(desk(folder / "desk"), folder / "one.zip").file


@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_is_refused_or_harmless(archive: Path, tmp_path: Path, where: float, bit: int) -> None:
    damaged, home = tmp_path / "damaged.zip", tmp_path / "restored"
    shutil.rmtree(home, ignore_errors=True)
    data = bytearray(archive.read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    damaged.write_bytes(data)
    try:
        restore_backup(load_settings(home=home, model="none"), damaged)
    except InputError:
        assert not home.exists()
    else:  # a time or a flag of an entry, which nothing rests on
        with zipfile.ZipFile(archive) as good:
            for file in read_manifest(archive).files:
                assert (home / file.path).read_bytes() == good.read(file.path)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.999])
def test_half_an_archive_is_refused(archive: Path, settings: Settings, tmp_path: Path, kept: float) -> None:
    data = archive.read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: int(len(data) * kept)])
    before = contents(settings.home)
    with pytest.raises(InputError, match="damaged"):
        restore_backup(settings, tmp_path / "half.zip", force=True)
    assert contents(settings.home) == before


def forged(archive: Path, target: Path, change: dict[str, object], *more: tuple[str, bytes]) -> Path:
    """Write an archive with another manifest and more entries."""
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(target, "w") as bad:
        manifest = json.loads(good.read(MANIFEST)) | change
        bad.writestr(MANIFEST, json.dumps(manifest))
        for name in good.namelist():
            if name != MANIFEST:
                bad.writestr(name, good.read(name))
        for name, data in more:
            bad.writestr(name, data)
    return target


@pytest.mark.parametrize(
    "path", ["../escape", "/tmp/escape", "a/../../escape", "a\\..\\escape", "C:escape", "a//b", "."]
)
def test_an_archive_that_would_write_outside_the_home_is_refused(archive: Path, tmp_path: Path, path: str) -> None:
    files = [file.model_dump() for file in read_manifest(archive).files]
    bad = {"path": path, "size": 4, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
    file = forged(archive, tmp_path / "bad.zip", {"files": [*files, bad]}, (path, b"test"))
    with pytest.raises(InputError):
        restore_backup(load_settings(home=tmp_path / "deep" / "home", model="none"), file)
    assert not (tmp_path / "deep" / "home").exists() and not list(tmp_path.rglob("escape"))
    assert not Path("/tmp/escape").exists()


def test_entries_that_the_manifest_does_not_name_are_refused(archive: Path, tmp_path: Path) -> None:
    file = forged(archive, tmp_path / "more.zip", {}, ("surprise.txt", b"boo"))
    with pytest.raises(InputError, match="does not hold the files"):
        restore_backup(load_settings(home=tmp_path / "home", model="none"), file)


def test_a_backup_of_a_newer_factnotes_is_refused_before_anything_is_touched(
    archive: Path, settings: Settings, tmp_path: Path
) -> None:
    file = forged(archive, tmp_path / "newer.zip", {"revision": "9999", "version": "9.1"})
    before = contents(settings.home)
    with pytest.raises(InputError, match="factnotes 9.1.*schema 9999"):
        restore_backup(settings, file, force=True)
    lying = forged(archive, tmp_path / "lying.zip", {"revision": "0001"})
    with pytest.raises(InputError, match="its manifest says 0001"):
        restore_backup(settings, lying, force=True)
    assert contents(settings.home) == before


@given(st.text(max_size=12), st.lists(st.sampled_from(["..", ".", "a", "b", ""]), max_size=4))
def test_a_path_that_is_accepted_stays_below_its_folder(word: str, parts: list[str]) -> None:
    for path in (word, "/".join([*parts, word])):
        if is_safe(path):
            home = Path("/home/desk")
            assert Path(os.path.normpath(home / path)).is_relative_to(home) and home / path != home


def test_a_full_disk_leaves_no_archive_and_no_half_restored_home(
    settings: Settings, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before, around = contents(settings.home), sorted(tmp_path.iterdir())
    with monkeypatch.context() as patched:
        patched.setattr(save, "write_archive", full)
        with pytest.raises(OSError, match="No space"):
            save_backup(settings, tmp_path / "never.zip")
    with monkeypatch.context() as patched:
        patched.setattr(Archive, "extract", full)
        with pytest.raises(OSError, match="No space"):
            restore_backup(settings, archive, force=True)
    assert contents(settings.home) == before and sorted(tmp_path.iterdir()) == around
    assert whole(settings) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.store.backup import restore as restoring
from pipeline.core.settings import load_settings

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

moment, home, file = sys.argv[1:]
if moment == "unpacking":
    restoring.check_store = die
elif moment == "before the exchange":
    restoring._exchange = die
else:
    swap = restoring._swap
    restoring._swap = lambda one, two: swap(one, two) and die()
restoring.restore_backup(load_settings(home=Path(home), model="none"), Path(file), force=True)
"""


@pytest.mark.process
@pytest.mark.parametrize("moment", ["unpacking", "before the exchange", "after the exchange"])
def test_a_restore_that_is_killed_leaves_one_home_whole_and_loses_none(
    settings: Settings, tmp_path: Path, moment: str
) -> None:
    file = save_backup(settings, tmp_path / "one.zip").file
    accept_first(settings)
    home = tmp_path / "desk"
    done = subprocess.run([sys.executable, "-c", KILLED, moment, str(home), str(file)], timeout=600)
    assert done.returncode == -signal.SIGKILL
    assert whole(settings) == ([] if moment == "after the exchange" else ["accept"])
    restored = restore_backup(settings, file, force=True)
    assert whole(settings) == [] and not (tmp_path / ".desk.restoring").exists()
    kept = [path for path in tmp_path.iterdir() if path.name.startswith("desk.before-restore-")]
    assert restored.aside in kept
    assert ["accept"] in [whole(load_settings(home=path)) for path in kept]


def test_where_folders_cannot_be_exchanged_two_steps_do_and_a_failed_second_is_taken_back(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = save_backup(settings, tmp_path / "one.zip").file
    accept_first(settings)
    monkeypatch.setattr(restore, "_swap", lambda one, two: False)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", fail)
        with pytest.raises(OSError, match="Input/output"):
            restore_backup(settings, file, force=True)
    assert whole(settings) == ["accept"]
    assert restore_backup(settings, file, force=True).aside is not None
    assert whole(settings) == []


def test_two_restores_of_one_home_do_not_meet(settings: Settings, tmp_path: Path) -> None:
    file = save_backup(settings, tmp_path / "one.zip").file
    with (
        restore._staging(settings.home.resolve()),
        pytest.raises(StoreBusy, match="another restore"),
    ):
        restore_backup(settings, file, force=True)


def test_nobody_stays_signed_in_through_a_backup(settings: Settings, tmp_path: Path) -> None:
    with closing(sqlite3.connect(settings.store_path)) as connection, connection:
        now = "2031-03-14 10:00:00.000000"
        connection.execute("insert into people values ('rita', 'rita', 'reviewer', 'hash', 1, ?, ?)", (now, now))
        connection.execute("insert into sessions values ('abc', 'rita', 'def', ?, ?, ?)", (now, now, now))
    other = load_settings(home=tmp_path / "other", model="none")
    restore_backup(other, save_backup(settings, tmp_path / "one.zip").file)
    with closing(sqlite3.connect(other.store_path)) as connection:
        assert connection.execute("select name from people").fetchall() == [("rita",)]
        assert connection.execute("select count(*) from sessions").fetchone() == (0,)


def test_the_commands_say_what_was_saved_and_how_the_index_comes_back(settings: Settings, tmp_path: Path) -> None:
    runner, file = CliRunner(env={"FACTNOTES_HOME": str(settings.home)}), str(tmp_path / "one.zip")
    done = runner.invoke(main, ["backup", file])
    assert done.exit_code == 0 and "written and read again" in done.stdout and "index --rebuild" in done.stdout
    assert "'outside'" in done.stderr
    again = runner.invoke(main, ["backup", file])
    assert again.exit_code == 3 and again.stderr == f"Error: {file} exists: give another name\n"
    assert runner.invoke(main, ["backup", str(settings.home / "in.zip")]).exit_code == 3
    assert runner.invoke(main, ["restore", file]).exit_code == 3
    forced = runner.invoke(main, ["restore", file, "--force", "--json"])
    told = json.loads(forced.stdout)
    assert Manifest.model_validate(told["manifest"]).rows["articles"] == 1 and Path(told["aside"]).is_dir()
    rebuilt = runner.invoke(main, ["index", "--rebuild"])
    assert rebuilt.exit_code == 0 and "every vector computed again" in rebuilt.stdout
    assert settings.vectors_path.is_dir()
    assert runner.invoke(main, ["restore", str(tmp_path / "none.zip")]).stderr.startswith("Error: there is no file")


def test_with_postgresql_one_line_names_the_engines_own_command_and_no_password(
    settings: Settings, tmp_path: Path
) -> None:
    given = {
        "FACTNOTES_HOME": str(settings.home),
        "FACTNOTES_DATABASE_URL": "postgresql://ann:hunter2@db.example/facts",
    }
    runner = CliRunner(env=given)
    for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
        done = runner.invoke(main, [command, str(tmp_path / "one.zip")])
        assert done.exit_code == 4 and done.stderr.count("\n") == 1
        assert tool in done.stderr and "facts on db.example" in done.stderr and "hunter2" not in done.output
    sqlite = load_settings(home=settings.home, database_url="sqlite:////srv/facts.db")
    with pytest.raises(SettingsError, match='sqlite3 /srv/facts.db ".backup COPY"'):
        save_backup(sqlite, tmp_path / "one.zip")
