"""A draft of some 900 words through the fact ledger, in a real browser and by keyboard alone: keys and seconds a fact.

    python benchmarks/ledger_task.py --out FOLDER [--results benchmarks/results/ledger_task.json]

It is uploaded as a Word file, ticked, changed, queried; its next version has a paragraph moved, one edited, one gone
and one new; that is finished, signed and exported to Word. FOLDER gets a picture of each step and the files.
"""

from __future__ import annotations

import argparse
import io
import json
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docx
import uvicorn
from playwright.sync_api import Page, sync_playwright

from pipeline.core.settings import Settings
from pipeline.ledger import Ledger, find_draft, open_ledger
from pipeline.store import Store, open_store
from pipeline.web import create_app

CHROMIUM = "/usr/bin/chromium"
TOWNS = ("Olm", "Varde", "Lisk", "Torby", "Hamra", "Senne", "Ostby", "Krage", "Melby", "Runde", "Falk", "Nore")
PEOPLE = (
    ("Mia Holt", "harbour master"),
    ("Anna Kral", "mayor"),
    ("Ben Ness", "head teacher"),
    ("Ida Lund", "museum director"),
    ("Odd Berg", "fire chief"),
    ("Eva Stern", "bishop"),
)
FORMS = (
    "{person}, the {role} of {town}, said on {day} that the new {thing} had cost €{money} million, because the ground "
    "was softer than anybody had thought when the first plans were drawn by the council’s own engineers. Nobody at the "
    "meeting had an answer to the question of who would pay for the rest of it, and the talk went on for a long while.",
    "The {thing} of {town} was opened in {year} and is the oldest in the valley. {number} people use it every week, "
    "according to the council, which counts them at the door with a device that a pupil of the school has built. It is "
    "shut in the winter months, when the road to it is under snow and the only bus does not run.",
    "“We have waited for this {thing} since {year},” {person} told the {town} Post. She has been {role} for {small} "
    "years and lives {small} kilometres outside the town with her brother, who keeps bees and sells their honey at the "
    "market that is held in front of the church whenever the weather allows it.",
)
THINGS = ("bridge", "library", "swimming pool", "ferry", "museum", "tram line")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
NEW = (
    "The council of Olm will meet again on 4 June 2031. Odd Berg, the fire chief of Runde, has asked for €2.5 million."
)


def paragraphs() -> list[str]:
    """Return the paragraphs of the draft: invented places, people and figures."""
    return [
        FORMS[number % 3].format(
            person=PEOPLE[number % 6][0],
            role=PEOPLE[number % 6][1],
            town=TOWNS[number % 12],
            thing=THINGS[number * 5 % 6],
            day=DAYS[number % 5],
            money=f"{number + 3}.{number % 9 + 1}",
            year=1950 + 7 * number,
            number=1_240 + 311 * number,
            small=number + 3,
        )
        for number in range(16)
    ]


def word_file(text: list[str]) -> bytes:
    """Return a Word file with a heading, the paragraphs, and the writer's comment at one of them."""
    made, data = docx.Document(), io.BytesIO()
    made.add_heading("What the valley has built", 1)
    for number, paragraph in enumerate(text):
        style = "List Bullet" if number == len(text) - 1 else None
        run = made.add_paragraph(style=style).add_run(paragraph)
        if number == 0:
            made.add_comment(run, text="Minutes of 3 May, page 4", author="The writer", initials="W")
    made.save(data)
    return data.getvalue()


@contextmanager
def served(store: Store, settings: Settings) -> Iterator[str]:
    """Serve the desk on this machine; yield its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(store, settings), lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


class Task:
    """Somebody at the desk with a keyboard, whose keys are counted by the act they belong to."""

    def __init__(self, page: Page, store: Store, out: Path) -> None:
        self.page, self.store, self.out = page, store, out
        self.keys: dict[str, list[int]] = {}
        self.seconds: dict[str, list[float]] = {}
        self._shots = 0

    @property
    def ledger(self) -> Ledger:
        """The draft as it stands."""
        return open_ledger(self.store, find_draft(self.store, "valley"))

    def shot(self, name: str) -> None:
        """Take a picture of what is in view."""
        self._shots += 1
        self.page.screenshot(path=self.out / f"{self._shots:02}-{name}.png")

    def upload(self, address: str, data: bytes) -> None:
        """Send a version of the draft."""
        self.page.goto(f"{address}/drafts")
        self.page.get_by_label("Name; the same name").fill("valley")
        self.page.get_by_label("Word, OpenDocument, text or HTML file").set_input_files(
            {"name": "valley.docx", "mimeType": "application/octet-stream", "buffer": data}
        )
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Add", exact=True).click()

    def act(self, name: str, *presses: str) -> None:
        """Do one act by keys; a press of several signs is typed, and the last one ends in another page."""
        began, count = time.monotonic(), 0
        for press in presses[:-1]:
            if len(press) > 1 and press not in ("Tab", "Enter", "Control+a"):
                self.page.keyboard.type(press)
                count += len(press)
            else:
                self.page.keyboard.press(press)
                count += 1
        with self.page.expect_navigation():
            self.page.keyboard.press(presses[-1])
        self.keys.setdefault(name, []).append(count + 1)
        self.seconds.setdefault(name, []).append(time.monotonic() - began)

    def work_through(self) -> None:
        """Settle or query every open fact: most on the source used last, some on another, a few otherwise."""
        number = 0
        while any(each.state == "open" for each in self.ledger.facts):
            if number % 10 == 0:
                self.act("tick on another source", "t", "Tab", f"https://council.example/{number}", "Enter")
            elif number == 13:
                self.act("change", "c", "Control+a", "(new words)", "Control+Enter")
            elif number == 27:
                self.act("ask the writer", "q", "Which one?", "Control+Enter")
            elif number % 40 == 21:
                self.act("not a fact", "n")
            else:
                self.act("tick on the source used last", "a")
            number += 1
            if number in (1, 14, 28):
                self.shot(f"after-{number}")


def run(out: Path) -> dict[str, Any]:
    """Do the task and return its figures."""
    settings = Settings(home=out / "home", model=None)
    first = paragraphs()
    with open_store(settings) as store, served(store, settings) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(60_000)
        task, began = Task(page, store, out), time.monotonic()
        task.upload(address, word_file(first))
        task.shot("uploaded")
        facts = len(task.ledger.facts)
        task.work_through()
        task.shot("worked-through")
        states = Counter(each.state for each in task.ledger.facts)
        edited = [first[4], *first[:4], *first[5:9], first[9].replace("€12.1", "€12.7"), *first[11:], NEW]
        task.upload(address, word_file(edited))
        task.shot("next-version")
        later = task.ledger
        kept = Counter(each.state for each in later.facts)
        came_back = [each for each in later.facts if each.before]
        task.work_through()
        for each in task.ledger.facts:
            if each.state in ("changed", "query"):
                page.goto(f"{address}/drafts/{later.draft.id}?fact={each.fact.id}")
                task.act("settle a query or change", "a")
        task.shot("settled")
        page.get_by_role("button", name="Sign version 2").press("Enter")
        page.get_by_text("Signed by").wait_for()
        task.shot("signed")
        minutes = (time.monotonic() - began) / 60
        with page.expect_download() as download:
            page.get_by_role("link", name="Word, with comments").press("Enter")
        download.value.save_as(out / "valley-v2.docx")
        browser.close()
    exported = docx.Document(str(out / "valley-v2.docx"))
    ticks = task.keys["tick on the source used last"] + task.keys["tick on another source"]
    return {
        "words": sum(len(each.split()) for each in first),
        "facts": facts,
        "states_of_version_1": dict(states),
        "states_of_version_2_when_it_came": dict(kept),
        "came_back_beside_the_old_words": len(came_back),
        "gone": len(later.gone),
        "comments_in_the_exported_file": len(list(exported.comments)),
        "keys_a_tick": {"median": statistics.median(ticks), "mean": round(statistics.mean(ticks), 2)},
        "keys": {name: {"acts": len(each), "median": statistics.median(each)} for name, each in task.keys.items()},
        "seconds": {name: round(statistics.median(each), 2) for name, each in task.seconds.items()},
        "minutes": round(minutes, 1),
    }


def main() -> None:
    """Run it and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(run(given.out), indent=2)
    if given.results:
        given.results.write_text(figures + "\n", encoding="utf-8")
    print(figures)


if __name__ == "__main__":
    main()
