// Sending what waits: in order, one after the other, one tab at a time. The server takes each act once, however often
// it comes.

import { all, get, lastDone, put, remember, remove } from "./store.js";

const ASKING = 8_000;
const SENDING = 20_000;
const SLOWEST = 10; // bytes in a millisecond
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 300_000;

// What an answer means for an act. Whatever is not here (no network, 5xx, too many tries) means: later.
const STATES = { 400: "wrong", 403: "refused", 404: "refused", 409: "conflict", 413: "wrong", 422: "wrong" };

export const here = document.getElementById("offline");
export const who = here?.dataset.who ?? "";
export const mine = async () => (await all()).filter((act) => act.who === who);

// Who is signed in, and a token that is good now; nothing where there is no signal.
export async function hello() {
  try {
    const answer = await fetch("/queue/token/", { signal: AbortSignal.timeout(ASKING), cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function body(act, token) {
  const sent = new FormData();
  for (const [name, text] of act.fields) sent.append(name, text);
  for (const [name, blob, filename] of act.photos) sent.append(name, blob, filename);
  if (act.follows) sent.set("version", act.follows);
  sent.set("csrfmiddlewaretoken", token);
  sent.set("ago", String(Math.max(0, Math.round((Date.now() - act.at) / 1000))));
  return sent;
}

// What a page that says no says first, in the reader's language.
function wordsOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const parts = page.querySelectorAll(".error-summary li, #main [role=alert]:not(.danger) p, .error-page .lead");
  return [...new Set([...parts].map((part) => part.textContent.trim()))].join(" ");
}

async function post(act, token, hurry) {
  const bytes = act.photos.reduce((sum, [, blob]) => sum + blob.size, 0);
  const answer = await fetch(act.url, {
    method: "POST",
    body: body(act, token),
    headers: { "X-Linli-Queued": hurry ? "now" : "later", "X-Linli-Who": act.who },
    signal: AbortSignal.timeout(SENDING + bytes / SLOWEST),
  });
  if (answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json")) return { done: await answer.json() };
  if (answer.status === 401) return { later: "signed-out" };
  return STATES[answer.status] ? { state: STATES[answer.status], told: wordsOf(await answer.text()) } : { later: "busy" };
}

// Sends one act and writes down what became of it. Returns "done", "waiting", or the state it is stuck in.
async function settle(act, token, hurry) {
  let answer;
  try {
    answer = await post(act, token, hurry);
  } catch {
    answer = { later: "offline" };
  }
  if (answer.done) {
    if (act.versioned) await remember({ about: act.about, uuid: act.uuid, at: Date.now() });
    await remove(act.uuid);
    return { outcome: "done", url: answer.done.url, act };
  }
  if (answer.later) return { outcome: "waiting", why: answer.later, act };
  await put({ ...act, state: answer.state, told: answer.told });
  return { outcome: answer.state, act };
}

// `hurry` is the act that somebody waits for; its page says what came of it.
async function sendAll(hurry) {
  const results = [];
  const waiting = (await mine()).filter((act) => act.state === "waiting");
  if (!waiting.length) return results;
  const greeting = await hello();
  if (greeting?.who !== who) return [{ outcome: "waiting", why: greeting ? "signed-out" : "offline" }];
  for (const { uuid } of waiting) {
    const act = await get(uuid); // another tab may have sent or discarded it
    if (act?.state !== "waiting" || (act.follows && (await get(act.follows)))) continue;
    const result = await settle(act, greeting.token, uuid === hurry);
    results.push(result);
    if (result.outcome === "waiting") break;
  }
  return results;
}

// An old browser without locks may send twice at once; the server takes each act once all the same.
const alone = (work) => (navigator.locks ? navigator.locks.request("linli-queue", work) : work());

let wait = FIRST_WAIT;
let timer;

export async function send({ hurry } = {}) {
  clearTimeout(timer);
  const results = await alone(() => sendAll(hurry));
  const stopped = results.some(({ outcome }) => outcome === "waiting");
  wait = stopped ? Math.min(wait * 2, LONGEST_WAIT) : FIRST_WAIT;
  if (stopped) timer = setTimeout(sendAndTell, wait);
  return results;
}

// In the background: what came of it is told to the page.
export async function sendAndTell() {
  const results = await send();
  document.dispatchEvent(new CustomEvent("linli:sent", { detail: results }));
}

// The act that one of this time follows: one that waits on the same case, or on a kept page one that was sent since.
export async function followed({ about, at, uuid }, keptAt) {
  const earlier = (act) => act.about === about && act.versioned && act.at < at && act.uuid !== uuid;
  const before = (await mine()).filter(earlier).at(-1);
  if (before) return before.uuid;
  const done = keptAt ? await lastDone(about) : null;
  return done?.at > keptAt ? done.uuid : "";
}
