// The one screen: it hears what has changed, puts it where it belongs, and says how old everything is.

import { charts } from "./screen-charts.js";
import { ScreenMap } from "./screen-map.js";
import { Story } from "./screen-story.js";

const FIRST_WAIT = 3_000;
const LONGEST_WAIT = 60_000;
const ASK_EVERY = 10_000; // where no stream holds, what has changed is asked for
const SILENT = 45_000; // a stream that has said nothing for so long is dead

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
const line = document.querySelector("#line[data-live]");
const still = matchMedia("(prefers-reduced-motion: reduce)");

const { at = null, data = {}, spots = {} } = read("screen-first");
const state = { at, data, spots };
const map = new ScreenMap(document.getElementById("map"), { still });
const drawCharts = charts(document.querySelector(".charts"), { still });

// --- what has changed

function put(name, text) {
  const part = document.querySelector(`[data-part="${name}"]`);
  if (!part) return;
  const before = new Map([...part.querySelectorAll("[data-figure]")].map((one) => [one.href, one.textContent]));
  const focused = part.contains(document.activeElement) ? document.activeElement.href : "";
  const page = new DOMParser().parseFromString(text, "text/html");
  part.replaceChildren(...document.importNode(page.body, true).childNodes);
  for (const one of part.querySelectorAll("[data-figure]")) {
    if (before.get(one.href) !== one.textContent) mark(one);
    if (focused && one.href === focused) one.focus({ preventScroll: true });
  }
}

function mark(one) {
  one.classList.add("changed");
  one.addEventListener("animationend", () => one.classList.remove("changed"), { once: true });
}

function take(told) {
  state.at = told.at;
  for (const [name, text] of Object.entries(told.html)) put(name, text);
  Object.assign(state.data, told.data);
  if (told.whole) state.spots = {};
  for (const [path, spot] of Object.entries(told.spots)) {
    if (spot) state.spots[path] = spot;
    else delete state.spots[path];
  }
  if (told.whole || Object.keys(told.spots).length || Object.keys(told.data).length) {
    map.show(state);
    drawCharts(state.data.today);
  }
  ages();
}

// --- how old it is

const zone = document.querySelector("[data-zone]")?.dataset.zone;
const language = document.documentElement.lang;
const hour = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const moment = new Intl.DateTimeFormat(language, {
  timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function since(instant) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 1000));
  if (seconds < 100) return line.dataset.saySeconds.replace("{n}", seconds);
  if (seconds < 6000) return line.dataset.sayMinutes.replace("{n}", Math.round(seconds / 60));
  return line.dataset.sayHours.replace("{n}", Math.round(seconds / 3600));
}

function ages() {
  document.querySelector("[data-clock]").textContent = moment.format(new Date());
  if (!line || !state.at) return;
  const words = `${line.dataset.sayAsOf.replace("{hour}", hour.format(new Date(state.at)))} · ${since(state.at)}`;
  for (const one of document.querySelectorAll("[data-age]")) one.textContent = words;
}

// --- the line

let stream;
let heard = Date.now(); // when the server last said anything
let wait = FIRST_WAIT;
let again;
let asking;

function say(name, words) {
  if (line.dataset.state === name && name !== "cut") return;
  line.dataset.state = name;
  line.textContent = words;
}

function isThere(name = "live") {
  heard = Date.now();
  say(name, name === "live" ? line.dataset.sayLive : line.dataset.sayAsking.replace("{n}", ASK_EVERY / 1000));
}

function isCut() {
  if (line.dataset.state !== "cut") say("cut", line.dataset.sayCut.replace("{hour}", hour.format(new Date(heard))));
}

function listen() {
  stop();
  stream = new EventSource(line.dataset.live);
  stream.addEventListener("open", () => (wait = FIRST_WAIT));
  stream.addEventListener("message", (event) => {
    clearInterval(asking);
    asking = undefined;
    isThere();
    take(JSON.parse(event.data));
  });
  stream.addEventListener("error", failed);
}

function stop() {
  stream?.close();
  clearTimeout(again);
}

function failed() {
  stop();
  ask();
  asking ??= setInterval(ask, ASK_EVERY);
  again = setTimeout(listen, wait * (0.5 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

// Where a stream does not get through, what has changed is asked for; where that fails too, the line is cut.
async function ask() {
  try {
    const answer = await fetch(line.dataset.now, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    take(await answer.json());
    isThere("asking");
  } catch {
    isCut();
  }
}

if (line) {
  listen();
  window.addEventListener("offline", () => {
    isCut();
    failed();
  });
  window.addEventListener("online", () => {
    wait = FIRST_WAIT;
    ask();
    listen();
  });
  window.addEventListener("pagehide", () => {
    stop();
    clearInterval(asking);
  });
  window.addEventListener("pageshow", (event) => event.persisted && listen());
  setInterval(() => {
    if (!asking && Date.now() - heard > SILENT) failed();
  }, 5_000);
}
setInterval(ages, 1_000);
ages();
drawCharts(state.data.today);
map.draw(state).then(() => {
  const told = read("screen-story");
  if (told?.length) new Story(document.getElementById("story"), told, map, { still, language });
});
