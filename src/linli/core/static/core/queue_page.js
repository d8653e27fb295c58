// "On this phone": each act that waits, what it says, and what can be done with it.

import { mine, send, who } from "./queue.js";
import { all, onChange, put, remove } from "./store.js";
import { drawWords } from "./words.js";

const list = document.querySelector("[data-acts]");
const said = document.querySelector("[data-said]");
const card = document.getElementById("act");
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const MOMENT = { month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const moment = (at) => new Date(at).toLocaleString(language, MOMENT);

function drawn(act, acts) {
  const item = card.content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-${name}]`);
  const behind = act.state === "waiting" && acts.some(({ uuid }) => uuid === act.follows);
  const state = behind ? "behind" : act.state;
  part("label").textContent = act.label;
  part("about").textContent = act.about;
  part("at").textContent = moment(act.at);
  part("at").dateTime = new Date(act.at).toISOString();
  for (const tag of item.querySelectorAll("[data-state]")) tag.hidden = tag.dataset.state !== state;
  part("told").textContent = act.told;
  part("words").append(...drawWords(act));
  part("photos").append(...act.photos.map(([, blob, name]) => photo(blob, name)));
  for (const link of item.querySelectorAll("[data-open-for]")) {
    link.hidden = link.dataset.openFor !== state;
    link.href = `${act.page}#kept=${act.uuid}`;
  }
  wire(item, part, act);
  return item;
}

function wire(item, part, act) {
  const again = part("again-for");
  again.hidden = act.state !== "refused";
  again.addEventListener("click", async () => {
    await put({ ...act, state: "waiting", told: "" });
    sendNow();
  });
  const ask = (open) => {
    part("sure").hidden = !open;
    part("discard").hidden = open;
    part(open ? "yes" : "discard").focus();
  };
  part("discard").addEventListener("click", () => ask(true));
  part("no").addEventListener("click", () => ask(false));
  part("yes").addEventListener("click", () => remove(act.uuid));
}

function photo(blob, name) {
  const item = document.createElement("li");
  const canvas = document.createElement("canvas");
  createImageBitmap(blob).then((picture) => {
    canvas.height = 120;
    canvas.width = (120 * picture.width) / picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  }, () => item.append(name));
  item.append(canvas);
  return item;
}

async function draw() {
  const acts = await mine();
  const account = who.split("/")[0];
  const others = (await all()).some((act) => act.who !== who && act.who.startsWith(`${account}/`));
  document.querySelector("[data-nothing]").hidden = acts.length > 0;
  document.querySelector("[data-something]").hidden = acts.length === 0;
  document.querySelector("[data-others]").hidden = !others;
  list.replaceChildren(...acts.map((act) => drawn(act, acts)));
}

async function sendNow() {
  said.textContent = said.dataset.sending;
  const results = await send();
  said.textContent = results.some(({ why }) => why === "offline") ? said.dataset.noSignal : "";
  document.dispatchEvent(new CustomEvent("linli:sent", { detail: results }));
}

document.querySelector("[data-send]").addEventListener("click", sendNow);
onChange(draw);
draw();
