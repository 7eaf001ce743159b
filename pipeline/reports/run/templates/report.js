"use strict";
(() => {
  const GAP = 8;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.querySelector(".body");
  const notes = all(".note");
  const parts = all(".within");
  const wide = matchMedia("screen and (min-width: 70rem)");
  const numbers = (text) => text.split(" ").filter(Boolean);
  const segments = all(".seg").map((element) => ({
    element,
    notes: numbers(element.dataset.notes),
    flagged: numbers(element.dataset.flagged),
  }));
  const wordsOf = new Map([...notes, ...parts].map((note) => [note.dataset.number, []]));
  for (const segment of segments) {
    for (const number of new Set([...segment.notes, ...segment.flagged])) wordsOf.get(number).push(segment.element);
  }
  // What is listed under a whole claim is shown and hidden with it.
  const noteOf = new Map([...notes, ...parts].map((each) => [each.dataset.number, each.closest(".note")]));
  const refOf = (note) => document.getElementById("claim-" + note.dataset.number);
  const refs = all(".ref");
  let active = null;

  // Each note beside its words, in order. Where they crowd and the active one ended up far from its words, it
  // gets its place back: those above make room upwards (cut off at the article's top), those below downwards.
  function align() {
    if (!wide.matches) {
      body.style.minHeight = "";
      return;
    }
    const base = body.getBoundingClientRect().top;
    const places = notes.filter((note) => !note.hidden).map((note) => ({
      note,
      wanted: wordsOf.get(note.dataset.number)[0].getBoundingClientRect().top - base,
      height: note.offsetHeight + GAP,
    }));
    const stack = (from, free) => {
      for (const place of places.slice(from)) {
        place.top = Math.max(place.wanted, free);
        free = place.top + place.height;
      }
      return free;
    };
    body.style.minHeight = stack(0, 0) + "px";
    const kept = places.findIndex((place) => place.note === active);
    if (kept >= 0 && places[kept].top - places[kept].wanted > innerHeight / 3) {
      stack(kept, places[kept].wanted);
      for (let above = kept - 1; above >= 0; above -= 1) {
        places[above].top = Math.min(places[above].top, places[above + 1].top - places[above].height);
      }
    }
    for (const place of places) place.note.style.top = place.top + "px";
  }

  function activate(note) {
    if (active) {
      for (const element of [active, refOf(active), ...wordsOf.get(active.dataset.number)]) {
        element.classList.remove("active");
      }
    }
    active = note;
    if (note) {
      for (const element of [note, refOf(note), ...wordsOf.get(note.dataset.number)]) element.classList.add("active");
    }
    align();
  }

  function open(note) {
    if (note.classList.contains("quiet")) note.querySelector("details").open = true;
    activate(note);
  }

  // Filters: outcomes that are shown, and flags of which a note must have one.
  const outcomeChips = all(".chip[data-outcome]");
  const flagChips = all(".chip[data-flag]");
  const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
  const press = (chip, on) => chip.setAttribute("aria-pressed", String(on));

  function filter() {
    const outcomes = new Set(outcomeChips.filter(pressed).map((chip) => chip.dataset.outcome));
    const flags = flagChips.filter(pressed).map((chip) => chip.dataset.flag);
    for (const note of notes) {
      const has = numbers(note.dataset.flags);
      note.hidden = !outcomes.has(note.dataset.outcome) || (flags.length > 0 && !flags.some((flag) => has.includes(flag)));
    }
    for (const ref of refs) ref.classList.toggle("off", noteOf.get(ref.dataset.number).hidden);
    const shown = (number) => !noteOf.get(number).hidden;
    for (const { element, notes: claims, flagged } of segments) {
      const seen = claims.filter(shown);
      const [outer, inner] = (seen.length ? seen : claims).slice(-2).map((number) => noteOf.get(number).dataset.outcome);
      const here = inner || outer;
      element.className = "seg" + (here ? " o-" + here : "") + (seen.length && inner ? " under u-" + outer : "");
      element.classList.toggle("flagged", flagged.some(shown));
      element.classList.toggle("off", !seen.length && !flagged.some(shown));
    }
    const every = [...noteOf.values()];
    const count = every.filter((note) => !note.hidden).length;
    document.querySelector(".status").textContent = "Showing " + count + " of " + every.length + " notes";
    activate(active && !active.hidden ? active : null);
  }

  for (const chip of [...outcomeChips, ...flagChips]) {
    chip.disabled = false;
    if (chip.dataset.outcome === "not_checkable") press(chip, false);
    chip.addEventListener("click", () => { press(chip, !pressed(chip)); filter(); });
  }

  function showAll() {
    for (const chip of outcomeChips) press(chip, true);
    for (const chip of flagChips) press(chip, false);
    filter();
  }

  // From one flagged claim to the next, starting at where the reader is.
  function step(direction) {
    const stops = notes.filter((note) => "flagged" in note.dataset && !note.hidden);
    if (!stops.length) return;
    const here = stops.indexOf(active);
    const next = here < 0 ? (direction > 0 ? 0 : stops.length - 1) : (here + direction + stops.length) % stops.length;
    activate(stops[next]);
    const ref = refOf(stops[next]);
    ref.focus({ preventScroll: true });
    ref.scrollIntoView({ block: "center" });
  }

  const keys = document.querySelector("[data-keys]");
  keys.addEventListener("click", () => press(keys, !pressed(keys)));
  document.querySelector("[data-reset]").addEventListener("click", showAll);
  for (const button of all("[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !pressed(keys)) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });

  // With the keyboard in a note, that note is the active one.
  document.addEventListener("focusin", (event) => {
    const note = event.target.closest(".note");
    if (!note || note === active || !event.target.matches(":focus-visible")) return;
    activate(note);
    event.target.scrollIntoView({ block: "nearest" });
  });

  // A click on words shows their note; the innermost claim wins.
  document.addEventListener("click", (event) => {
    const ref = event.target.closest('a[href^="#note-"], a[href^="#claim-"]');
    if (ref) {
      const number = ref.hash.replace(/^#(note|claim)-/, "");
      const note = noteOf.get(number);
      const part = parts.find((each) => each.dataset.number === number);
      if (note.hidden) showAll();
      if (part) part.open = true;
      open(note);
      return;
    }
    const words = event.target.closest(".seg");
    if (!words || String(getSelection()).length) return;
    const { notes: claims, flagged } = segments.find((segment) => segment.element === words);
    const seen = [...claims, ...flagged].filter((number) => !noteOf.get(number).hidden);
    if (!seen.length) return;
    const note = noteOf.get(seen.at(-1));
    open(note);
    if (!wide.matches) note.scrollIntoView({ block: "nearest" });
  });

  document.querySelector(".toolbar").hidden = false;
  document.documentElement.classList.add("aligned");
  filter();
  new ResizeObserver(align).observe(body);
  for (const note of notes) new ResizeObserver(align).observe(note);
  document.addEventListener("toggle", align, true);
  wide.addEventListener("change", align);
  if (document.fonts) document.fonts.ready.then(align);
  requestAnimationFrame(() => requestAnimationFrame(() => document.documentElement.classList.add("settled")));

  // Older browsers print closed details closed.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".note > details:not([open]), .provenance:not([open])");
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
})();
