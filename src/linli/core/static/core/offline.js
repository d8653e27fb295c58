// Work without signal: forms marked `data-offline` are written down on the phone first and then sent; pages marked
// `data-keep` are kept by the service worker. Without scripts the same forms are sent as ever.

import { release } from "./form.js";
import { followed, hello, here, mine, send, sendAndTell, who } from "./queue.js";
import { shrink } from "./shrink.js";
import { get, onChange, put } from "./store.js";
import { OWN, drawWords, wordsOf } from "./words.js";

const keptAt = Date.parse(document.documentElement.dataset.copied ?? "") || 0;

const say = (name) => here.content.querySelector(`[data-say=${name}]`).cloneNode(true);

function notice(name, ...more) {
  const box = say(name);
  box.append(...more);
  const place = document.getElementById("notices");
  place.querySelectorAll(`[data-say=${name}]`).forEach((old) => old.remove());
  place.append(box);
  place.scrollIntoView({ block: "nearest" });
}

// --- a form becomes an act

const within = ({ pathname, search }) => pathname + search;

// Not `form.action`: a field of that name stands before it.
const addressOf = (form) => within(new URL(form.getAttribute("action") ?? "", location));

// Several forms of a page may have one address; they then say which step each of them is.
const stepOf = (form) => form.elements.step?.value ?? "";
const isFor = (form, act) =>
  addressOf(form) === act.url && stepOf(form) === (act.fields.find(([name]) => name === "step")?.[1] ?? "");

async function actOf(form) {
  const given = [...new FormData(form)];
  const photos = given.filter(([, value]) => value instanceof File && value.size);
  const uuid = form.elements.action.value;
  const at = (await get(uuid))?.at ?? Date.now(); // corrected, it still happened when it was first written down
  const about = form.dataset.about;
  const versioned = Boolean(form.elements.version);
  return {
    uuid,
    who,
    url: addressOf(form),
    page: within(location),
    label: form.dataset.offline,
    about,
    at,
    versioned,
    follows: versioned ? await followed({ about, at, uuid }, keptAt) : "",
    fields: given.filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"),
    words: wordsOf(form),
    photos: await Promise.all(photos.map(async ([name, file]) => [name, await shrink(file), file.name])),
    told: "",
    state: "waiting",
  };
}

async function submit(form) {
  let act;
  try {
    act = await actOf(form);
    await put(act);
  } catch {
    // The phone cannot write it down (no room, or a private window): it goes the ordinary way, if there is one.
    release(form);
    if (await hello()) form.submit();
    else notice("full");
    return;
  }
  navigator.storage?.persist?.();
  const results = await send({ hurry: act.uuid });
  const result = results.find((each) => each.act?.uuid === act.uuid);
  if (result?.outcome === "done") location.assign(result.url);
  else if (result && result.outcome !== "waiting") form.submit(); // the server's own page says what is wrong
  else if (results.some(({ why }) => why === "signed-out")) signIn(form);
  else kept(form);
}

// What was written down stands in the form's place, and what may be done next.
function kept(form) {
  const box = say("kept");
  const next = box.querySelector("[data-next]");
  if (form.dataset.then) next.querySelector("a").href = form.dataset.then;
  else next.remove();
  form.replaceWith(box);
  box.focus();
}

function signIn(form) {
  const box = say("signed-out");
  form.replaceWith(box);
  box.focus();
}

// --- an act becomes a form again

function restore(form, act) {
  for (const [name, text] of act.fields) {
    if (OWN.has(name)) continue;
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === text;
      else if (field.type !== "file") field.value = text;
    }
  }
  form.elements.action.value = act.uuid;
  for (const pad of form.querySelectorAll("linli-signature")) pad.again?.();
}

function attach(form, act) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    const photos = act.photos.filter(([name]) => name === input.name);
    if (!photos.length || input.files.length) continue;
    const files = new DataTransfer();
    for (const [, blob, filename] of photos) files.items.add(new File([blob], filename, { type: blob.type }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// A copy may be filled in many times, and each time is an act of its own.
function number() {
  for (const form of document.querySelectorAll("[data-offline]")) form.elements.action.value = crypto.randomUUID();
}

// What was done here already stands over the form that still asks for it.
async function remind() {
  const abouts = new Set([...document.querySelectorAll("[data-offline]")].map((form) => form.dataset.about));
  const done = (await mine()).filter((act) => abouts.has(act.about) && act.state === "waiting");
  if (done.length) notice("waiting", ...done.map((act) => quote(act.label)));
}

// A page that the server sent back has the words already; photos it cannot bring, but the phone still has them.
async function bringBack() {
  for (const form of document.querySelectorAll("[data-offline]")) {
    const act = await get(form.elements.action.value);
    if (act?.who === who) attach(form, act);
  }
  const uuid = new URLSearchParams(location.hash.slice(1)).get("kept");
  const act = uuid ? await get(uuid) : null;
  if (act?.who !== who) return;
  const form = [...document.querySelectorAll("[data-offline]")].find((each) => isFor(each, act));
  if (form) {
    form.closest("details")?.setAttribute("open", "");
    restore(form, act);
    attach(form, act);
    notice("brought-back");
  } else notice("written", ...drawWords(act));
}

function quote(text) {
  const words = document.createElement("blockquote");
  words.textContent = text;
  return words;
}

// --- the header, and what was sent in the background

async function count() {
  const badge = document.querySelector("[data-waiting]");
  const waiting = (await mine()).length;
  badge.hidden = waiting === 0;
  badge.querySelector("[data-count]").textContent = waiting;
}

function tell({ detail }) {
  const done = detail.filter(({ outcome }) => outcome === "done").map(({ act }) => quote(act.label));
  if (done.length) notice("sent", ...done);
  if (detail.some(({ outcome }) => !["done", "waiting"].includes(outcome))) notice("stuck");
  else if (detail.some(({ why }) => why === "signed-out")) notice("signed-out");
}

// Signing out or changing the post: what waits stays, and that is said before.
async function leave(event) {
  const form = event.target;
  if (!form.matches("[data-leaves]") || form.hasAttribute("data-sure")) return;
  event.preventDefault();
  const { submitter } = event;
  const waiting = await mine().catch(() => []); // where nothing can be written down, nothing waits
  if (!waiting.length) return go(form, submitter);
  const dialog = say("leave");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "leave") go(form, submitter);
    dialog.remove();
  });
  dialog.showModal();
}

function go(form, submitter) {
  form.setAttribute("data-sure", "");
  form.requestSubmit(submitter);
}

// --- what to keep

function pagesToKeep() {
  const named = [...document.querySelectorAll("[data-keep]")].flatMap((part) => part.dataset.keep.trim().split(/\s+/));
  return named.filter(Boolean);
}

async function keep() {
  const pages = pagesToKeep();
  if (!pages.length || keptAt || !navigator.serviceWorker) return;
  const worker = await navigator.serviceWorker.ready;
  worker.active.postMessage({ keep: [...pages, here.dataset.queue], language: document.documentElement.lang });
}

if (keptAt) {
  document.documentElement.toggleAttribute("data-care", /(^|; )linli_care=1/.test(document.cookie));
  number();
  remind();
}
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("[data-offline]")) return;
  event.preventDefault();
  submit(event.target);
});
document.addEventListener("submit", leave);
document.addEventListener("linli:sent", tell);
window.addEventListener("online", sendAndTell);
document.addEventListener("visibilitychange", () => document.hidden || sendAndTell());
document.addEventListener("htmx:afterSwap", ({ detail }) => detail.elt.querySelector("[data-keep]") && keep());
onChange(count);
count();
bringBack();
sendAndTell();
navigator.serviceWorker?.register("/sw.js");
keep();
