"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const dialog = one("#keys");
  const stored = {
    get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* kept for this page only */ } },
  };
  let sent = false;

  // What the bookmark of the page of drafts sends stands behind the address's #, and only fills the form in.
  const form = one("#draft-text") && one("#draft-text").form;
  if (form && location.hash.startsWith("#send=")) {
    const told = new URLSearchParams(decodeURIComponent(location.hash.slice(6)));
    for (const name of ["name", "text", "url"]) {
      const field = form.elements[name];
      if (told.get(name) && !field.value) field.value = told.get(name).slice(0, field.maxLength > 0 ? field.maxLength : 300000);
    }
    history.replaceState(null, "", location.pathname);
    form.scrollIntoView();
    form.querySelector("button[type=submit]").focus();
  }

  // The claim in the middle of its pane, the page itself at its top.
  const here = one("#here");
  const pane = one("#article-text");
  if (here && pane) {
    const centre = () => {
      const offset = here.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollTop += offset - pane.clientHeight / 3;
    };
    centre();
    addEventListener("load", () => {
      centre();
      if (location.hash === "#here") scrollTo(0, 0);
    });
  }

  // Words of a draft that are selected are those to add; which of several places with them is counted, as the desk does.
  const words = one("#add-words"), place = one("#add-at");
  if (words && pane) {
    document.addEventListener("selectionchange", () => {
      const selection = getSelection();
      if (selection.isCollapsed || !pane.contains(selection.anchorNode) || !pane.contains(selection.focusNode)) return;
      const range = selection.getRangeAt(0), before = range.cloneRange();
      const typed = range.toString(), chosen = typed.trim();
      if (!chosen || chosen.includes("\n")) return;
      before.selectNodeContents(pane);
      before.setEnd(range.startContainer, range.startOffset);
      const start = before.toString().length + typed.indexOf(chosen), all = pane.textContent;
      let number = 0;
      for (let at = all.indexOf(chosen); at >= 0 && at <= start; at = all.indexOf(chosen, at + 1)) number += 1;
      words.value = chosen;
      place.value = Math.max(number, 1);
    });
    words.addEventListener("input", () => { place.value = 1; });
  }

  // In a list of its own, the row of what is in view.
  const current = one("#rows.facts [aria-current]");
  if (current) {
    const list = current.closest("#rows"), row = current.closest("li");
    list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
  }

  // Shortcut keys: an element says which key is its own, and the key does what a click on it would do.
  const on = one("#keys-on");
  on.checked = stored.get("desk-keys") !== "off";
  on.addEventListener("change", () => stored.set("desk-keys", on.checked ? "on" : "off"));
  const help = one("[data-help]");
  help.hidden = false;
  help.addEventListener("click", () => dialog.showModal());

  const typing = (element) =>
    element.matches("textarea, select, [contenteditable]") ||
    (element.matches("input") && !element.matches("[type=radio], [type=checkbox], [type=submit], [type=button]"));
  const panel = () => one("details[name=decide][open]");

  function submit(form) {
    if (!sent) form.requestSubmit(form.querySelector("button[type=submit]"));
  }

  function open(details) {
    for (const other of all("details[name=decide]")) other.open = other === details;
    const first = details.querySelector("select, input:not([type=hidden]), textarea");
    if (first) first.focus();
  }

  function step(direction) {
    const rows = all("#rows .row-claim a");
    if (!rows.length) return false;
    const row = document.activeElement.closest(".row");
    const at = row ? rows.indexOf(row.querySelector(".row-claim a")) : direction > 0 ? -1 : rows.length;
    const next = rows[Math.min(Math.max(at + direction, 0), rows.length - 1)];
    next.focus();
    next.closest(".row").scrollIntoView({ block: "nearest" });
    return true;
  }

  function press(key) {
    const target = one(`[data-key="${CSS.escape(key)}"], [data-key-too="${CSS.escape(key)}"]`);
    if (!target) return (key === "j" && step(1)) || (key === "k" && step(-1));
    if (target.matches("form")) submit(target);
    else if (target.matches("details")) open(target);
    else if (target.matches("input")) { target.focus(); target.select(); }
    else target.click();
    return true;
  }

  function pick(digit) {
    const radio = panel() && panel().querySelector(`input[data-digit="${CSS.escape(digit)}"]`);
    if (!radio) return false;
    radio.checked = true;
    radio.focus();
    return true;
  }

  function close() {
    const open = panel();
    if (!open) return false;
    open.open = false;
    open.querySelector("summary").focus();
    return true;
  }

  function act(event) {
    const { key, target } = event;
    if (key === "Escape") return close();
    if (key === "Enter" && target.matches("textarea") && event.ctrlKey) return submit(target.form), true;
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
    if (/^[0-9]$/.test(key) && (!typing(target) || target.matches("select"))) return pick(key);
    if (typing(target) || key.length !== 1) return false;
    if (key === "?") return dialog.showModal(), true;
    if (panel() && !["c", "d"].includes(key)) return false;
    return press(key);
  }

  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.isComposing) return;
    if (act(event)) event.preventDefault();
  });

  // A form goes out once; coming back to the page makes it ready again.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });

  // Fields that say nothing stay out of addresses.
  const clean = one("form[data-clean]");
  const tidy = (data) => {
    for (const [name, value] of [...data]) {
      if (value === "" || (name === "status" && value === "open")) data.delete(name);
    }
  };
  if (clean) clean.addEventListener("formdata", (event) => tidy(event.formData));
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["X-CSRF-Token"] = one("meta[name=csrf-token]").content;
    if (detail.elt === clean) tidy(detail.formData);
  });
  let rows = 0;
  document.addEventListener("htmx:beforeSwap", () => { rows = all("#rows .row").length; });
  document.addEventListener("htmx:afterSettle", (event) => {
    const heading = one("#list-title");
    const more = all("#rows .row").slice(rows);
    if (more.length && document.activeElement === document.body && event.target.closest("#rows")) {
      more[0].querySelector(".row-claim a").focus();
      one("#said").textContent = more.length + " more";
    }
    if (heading && event.target.id === "results") one("#said").textContent = heading.textContent;
  });
  document.addEventListener("htmx:responseError", () => {
    one("#said").textContent = "The desk could not answer; load the page again.";
  });
})();
