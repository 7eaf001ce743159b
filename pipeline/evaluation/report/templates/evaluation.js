"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const cases = all(".case");
  const filters = all("[data-filter]");
  const words = document.querySelector("[data-words]");
  const status = document.querySelector(".status");
  const texts = new Map();
  const textOf = (one) => {
    if (!texts.has(one)) texts.set(one, one.textContent.toLowerCase());
    return texts.get(one);
  };

  function filter() {
    const wanted = filters.map((select) => [select.dataset.filter, select.value]).filter(([, value]) => value);
    const sought = words.value.trim().toLowerCase();
    let count = 0;
    for (const one of cases) {
      const fits = wanted.every(([name, value]) =>
        name === "turns" ? one.dataset.turns.split(" ").includes(value) : one.dataset[name] === value);
      one.hidden = !fits || (sought !== "" && !textOf(one).includes(sought));
      if (!one.hidden) count += 1;
    }
    status.textContent = "Showing " + count + " of " + cases.length + " cases";
  }

  for (const select of filters) select.addEventListener("change", filter);
  words.addEventListener("input", filter);
  document.querySelector(".toolbar").hidden = false;
  filter();

  // What changed is printed open; a browser prints closed details closed.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = cases.filter((one) => !one.open && !one.hidden && one.dataset.turns.includes("flipped")).slice(0, 200);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
})();
