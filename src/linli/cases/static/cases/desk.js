// The desk by keyboard and with a choice of many: j and k go from case to case, Enter opens (they are links), x chooses.
// Single keys can be switched off, and never act while somebody writes.

const OFF = "linli-keys-off";
const WIDE = matchMedia("(min-width: 1400px)");
const button = document.querySelector("[data-shortcuts]");
const sheet = document.getElementById("keys-sheet");
const helper = document.querySelector("[data-help]");
const pane = document.getElementById("pane");

let on = localStorage.getItem(OFF) === null;
let lastBox = null;
let shown = "";
let rest;

function show() {
  button.setAttribute("aria-pressed", String(on));
}

function writes(target) {
  return target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog");
}

const links = () => [...document.querySelectorAll("[data-keys-list] tbody th a")];
const boxes = () => [...document.querySelectorAll('input[name="pick"]:not([disabled])')];
const rowHere = () => document.activeElement?.closest?.("[data-keys-list] tbody tr");

function go(step) {
  const all = links();
  const here = all.indexOf(rowHere()?.querySelector("th a"));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus({ focusVisible: true });
}

function choose() {
  const box = rowHere()?.querySelector('input[name="pick"]');
  if (!box || box.disabled) return;
  box.checked = !box.checked;
  lastBox = box;
  tellChosen();
}

// What is chosen, or else the case one stands on.
function dispatch() {
  const box = rowHere()?.querySelector('input[name="pick"]');
  if (!boxes().some((one) => one.checked) && box) box.checked = true;
  if (boxes().some((one) => one.checked)) document.getElementById("bulk").requestSubmit();
}

function file() {
  const link = rowHere()?.querySelector("th a");
  if (link) location.assign(`${link.getAttribute("href")}file/`);
}

// Said in words for those who do not see the ticks; the buttons act only on something.
export function tellChosen() {
  const said = document.querySelector("[data-chosen]");
  if (!said) return;
  const number = boxes().filter((box) => box.checked).length;
  said.textContent = number ? said.dataset.say.replace("{n}", number) : said.dataset.none;
  for (const act of document.querySelectorAll("[data-bulk]")) act.setAttribute("aria-disabled", String(!number));
  const all = document.querySelector("[data-all]");
  all.checked = number > 0 && number === boxes().length;
  all.indeterminate = number > 0 && number < boxes().length;
}

function look(link) {
  const number = link.closest("tr")?.dataset.key;
  if (!number || !WIDE.matches || number === shown) return;
  clearTimeout(rest);
  rest = setTimeout(() => {
    shown = number;
    window.htmx.ajax("GET", pane.dataset.base.replace("/0/", `/${number}/`), { target: pane, swap: "innerHTML" });
  }, 150);
}

const ACTS = {
  j: () => go(1),
  k: () => go(-1),
  x: choose,
  f: file,
  d: dispatch,
  n: () => document.querySelector("#desk-new:not([hidden]) button")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => sheet?.showModal(),
};

if (button) {
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    on = !on;
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
    show();
  });
}
if (helper) {
  helper.hidden = false;
  helper.addEventListener("click", () => sheet.showModal());
}

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || writes(event.target) || !ACTS[event.key]) return;
  event.preventDefault();
  ACTS[event.key]();
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-keys-list] tbody th a")) look(event.target);
});
// With Shift everything from the last one chosen to this one becomes like this one.
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.('input[name="pick"]')) return;
  const all = boxes();
  const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
  lastBox = box;
  tellChosen();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  boxes().forEach((box) => (box.checked = event.target.checked));
  tellChosen();
});
document.addEventListener("submit", (event) => {
  if (event.target.id === "bulk" && !boxes().some((box) => box.checked)) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", tellChosen);
tellChosen();
