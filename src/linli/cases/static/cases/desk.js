// The desk by keyboard: j and k go from case to case, Enter opens (they are links), / goes to the search.
// Single keys can be switched off, and never act while somebody writes.

const OFF = "linli-keys-off";
const button = document.querySelector("[data-shortcuts]");

let on = localStorage.getItem(OFF) === null;

function show() {
  button.setAttribute("aria-pressed", String(on));
}

function writes(target) {
  return target.closest("input, select, textarea, [contenteditable]");
}

function go(step) {
  const links = [...document.querySelectorAll("[data-keys-list] tbody th a")];
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus({ focusVisible: true });
}

const ACTS = { j: () => go(1), k: () => go(-1), "/": () => document.querySelector("[data-search]").focus() };

button.hidden = false;
show();
button.addEventListener("click", () => {
  on = !on;
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "");
  show();
});
document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || writes(event.target) || !ACTS[event.key]) return;
  event.preventDefault();
  ACTS[event.key]();
});
