"use strict";
// What moves on the page: colours, sorting and filtering of the cases, and the trial that is open. It reads nothing
// but this file, and puts in as HTML only what was written as HTML when the page was made.

const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Colours: as the system has them, or as chosen for this visit.

for (const button of all("[data-theme]")) {
  button.addEventListener("click", () => {
    root.dataset.theme = button.dataset.theme;
    for (const each of all(".themes button")) each.setAttribute("aria-pressed", String(each === button));
  });
}

// The cases.

const cases = find("#cases");
const rows = all("tbody tr", cases);
const heads = all("thead th", cases);
const texts = new Map(rows.map((row) => [row, `${row.cells[0].textContent} ${row.dataset.request}`.toLowerCase()]));

function sortBy(column) {
  const head = heads[column];
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const each of heads) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const numeric = column > 1;
  const value = (row) => (numeric ? row.cells[column].dataset.v : row.cells[column].firstElementChild?.textContent ?? row.cells[column].textContent);
  rows.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === y) return texts.get(a) < texts.get(b) ? -1 : 1;
    if (x === "" || y === "") return x === "" ? 1 : -1; // nothing known: last, whichever way
    return (numeric ? x - y : x.localeCompare(y)) * (up ? 1 : -1);
  });
  find("tbody", cases).append(...rows);
}

heads.forEach((head, column) => find("button", head).addEventListener("click", () => sortBy(column)));

const controls = ["kind", "project", "tag"].map((name) => find(`#${name}`)).filter(Boolean);

function filter() {
  const words = find("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = texts.get(row);
    const fits = controls.every(({ id, value }) => !value || row.dataset[id].split(" ").includes(value));
    row.hidden = !(fits && words.every((word) => text.includes(word)));
    shown += !row.hidden;
  }
  find("#shown").textContent = `${shown} of ${rows.length} cases`;
}

find(".controls").hidden = false;
for (const control of [find("#search"), ...controls]) control.addEventListener("input", filter);
filter();

// A trial: its case's block is unpacked when it is first asked for.

const dialog = find("#trial");
const detail = find("#detail");
const blocks = all('script[id^="case-"]');
const unpacked = new Map();
let open = null;

function unpack(block) {
  if (!unpacked.has(block)) {
    const packed = Uint8Array.from(atob(block.textContent), (char) => char.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(block, new Response(stream).json());
  }
  return unpacked.get(block);
}

async function show(place) {
  const block = blocks.find((each) => place < Number(each.dataset.to));
  if (!block || !(place >= 0)) return;
  open = place;
  const told = await unpack(block);
  if (open !== place) return; // another was asked for meanwhile
  detail.innerHTML = told.trials[place].map((part) => told.parts[part]).join("");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  reach();
  detail.focus({ preventScroll: true });
  const order = visible();
  const at = order.indexOf(place);
  find("#place").textContent = at < 0 ? "" : `${at + 1} of ${order.length}`;
  find("#before").disabled = at < 1;
  find("#next").disabled = at < 0 || at === order.length - 1;
  if (location.hash !== `#trial-${place}`) history.replaceState(null, "", `#trial-${place}`);
}

function reach() {
  // What scrolls sideways can be focused, and so scrolled with the arrow keys.
  for (const each of all("pre, .wide", detail)) if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
}

const visible = () => rows.filter((row) => !row.hidden).flatMap((row) => all("[data-t]", row)).map(({ dataset }) => Number(dataset.t));

function step(by) {
  const order = visible();
  const next = order[order.indexOf(open) + by];
  if (order.includes(open) && next !== undefined) show(next);
}

cases.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-t]");
  if (button) show(Number(button.dataset.t));
});
find("#before").addEventListener("click", () => step(-1));
find("#next").addEventListener("click", () => step(1));
find("#close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link) {
    event.preventDefault();
    detail.querySelector(`[id="${CSS.escape(link.hash.slice(1))}"]`)?.scrollIntoView();
  } else if (event.target === dialog) dialog.close(); // beside it
});
dialog.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("[tabindex='0']")) return;
  if (event.key === "ArrowLeft") step(-1);
  if (event.key === "ArrowRight") step(1);
});
dialog.addEventListener("close", () => {
  history.replaceState(null, "", location.pathname + location.search);
  find(`[data-t="${open}"]`)?.focus();
  open = null;
});

detail.addEventListener("toggle", reach, true);

function follow() {
  const named = /^#trial-(\d+)$/.exec(location.hash);
  if (named) show(Number(named[1]));
}

addEventListener("hashchange", follow);
follow();
