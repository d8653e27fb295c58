// The desk renews itself under the hand: rows change where they stand, ticks, focus and scroll stay, and what is new
// waits above the list until it is asked for. While nobody looks, the title counts alarms, and a quiet sound may call.

import { bell } from "../core/sound.js";
import { tellChosen } from "./desk.js";

const LOOKED = "linli-desk-looked";
const SAME_LOOK = 30; // seconds: going to a case and back is one look
const plainTitle = document.title;
const play = bell(document.querySelector("[data-sound]"), { hertz: [660, 880], seconds: 0.12, loud: 0.05 });

let fresh = null; // the newest page that was fetched
let alarms = Number(document.getElementById("desk")?.dataset.alarms ?? 0);
let seen = alarms;

const desk = () => document.getElementById("desk");
const rowsOf = (root) => new Map([...root.querySelectorAll("#desk-rows tbody tr")].map((row) => [row.dataset.key, row]));
const focusKey = () => document.activeElement?.getAttribute?.("href") ?? document.activeElement?.value;

function keepFocus(part, act) {
  const key = part.contains(document.activeElement) ? focusKey() : null;
  act();
  if (!key) return;
  const again = [...part.querySelectorAll("a[href], input, button")].find((one) => (one.getAttribute("href") ?? one.value) === key);
  again?.focus({ preventScroll: true });
}

function renewRow(row, now) {
  if (!now) {
    row.classList.add("row-gone");
    const box = row.querySelector('input[name="pick"]');
    box.checked = false;
    box.disabled = true;
    return;
  }
  const box = row.querySelector('input[name="pick"]');
  // The version stays the one that was looked at as long as nothing else of the row has changed.
  const same = row.innerHTML === now.innerHTML;
  if (same) return;
  keepFocus(row, () => {
    [...now.cells].forEach((cell, index) => {
      if (index && row.cells[index].innerHTML !== cell.innerHTML) row.cells[index].innerHTML = cell.innerHTML;
    });
    box.value = now.querySelector('input[name="pick"]').value;
  });
  row.classList.add("row-changed");
  row.addEventListener("animationend", () => row.classList.remove("row-changed"), { once: true });
}

function renewHead(page) {
  for (const id of ["desk-head", "bursts"]) {
    const [part, now] = [document.getElementById(id), page.getElementById(id)];
    if (!part || !now || part.outerHTML === now.outerHTML) continue;
    const open = [...part.querySelectorAll("details[data-keep][open]")].map((one) => one.dataset.keep);
    if (id === "bursts" && open.length) continue; // it is being read
    keepFocus(part, () => {
      part.replaceChildren(...document.importNode(now, true).childNodes);
      for (const one of part.querySelectorAll("details[data-keep]")) one.open = open.includes(one.dataset.keep);
    });
    window.htmx.process(part);
  }
}

function merge(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const [here, now] = [rowsOf(document), rowsOf(page)];
  if (!page.getElementById("desk")) return;
  fresh = page;
  renewHead(page);
  for (const [key, row] of here) renewRow(row, now.get(key));
  const more = [...now.keys()].filter((key) => !here.has(key)).length;
  if (!document.getElementById("desk-rows") || !page.getElementById("desk-rows")) showNew();
  else offer(more);
  tellChosen();
  alarm(Number(page.getElementById("desk").dataset.alarms));
}

function offer(more) {
  const bar = document.getElementById("desk-new");
  const button = bar.querySelector("button");
  bar.hidden = !more;
  button.textContent = more === 1 ? button.dataset.sayOne : button.dataset.say.replace("{n}", more);
}

// Show the list as it is now; what was ticked stays ticked.
function showNew() {
  if (!fresh) return;
  const ticked = new Set([...document.querySelectorAll('input[name="pick"]:checked')].map((box) => box.value.split(":")[0]));
  const now = document.importNode(fresh.getElementById("desk"), true);
  for (const box of now.querySelectorAll('input[name="pick"]')) box.checked = ticked.has(box.value.split(":")[0]);
  const bursts = document.getElementById("bursts");
  if (bursts?.querySelector("details[open]")) now.querySelector("#bursts")?.replaceWith(bursts); // it is being read
  desk().replaceWith(now);
  window.htmx.process(now);
  fresh = null;
  marks();
  tellChosen();
  document.querySelector("#desk-rows tbody th a")?.focus({ preventScroll: true });
}

// --- marks: what came in since this browser looked last

const before = Number(localStorage.getItem(LOOKED) ?? 0);

function marks() {
  if (!before) return;
  for (const row of document.querySelectorAll("tr[data-came]")) row.classList.toggle("row-new", Number(row.dataset.came) > before);
}

function looked() {
  const now = Math.floor(Date.now() / 1000);
  if (now - before > SAME_LOOK) localStorage.setItem(LOOKED, String(now));
}

// --- alarms: what became overdue or urgent while nobody looked

function alarm(number) {
  if (number > alarms) call();
  alarms = number;
  if (document.hidden) document.title = alarms > seen ? `(${alarms - seen}) ${plainTitle}` : plainTitle;
  else seen = alarms;
}

function call() {
  if (document.hidden && !matchMedia("(prefers-reduced-motion: reduce)").matches) play();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.elt !== desk() || event.detail.isError) return;
  event.detail.shouldSwap = false;
  merge(event.detail.xhr.responseText);
});
document.addEventListener("click", (event) => event.target.closest("#desk-new button") && showNew());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return looked();
  seen = alarms;
  document.title = plainTitle;
});
window.addEventListener("pagehide", looked);
marks();
