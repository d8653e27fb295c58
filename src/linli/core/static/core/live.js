// Pages that renew themselves: one stream of events; an element with a topic in `data-live` is told by `live`.

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
// What happens at once is told once, and not to every open page in the same moment.
const GATHER = () => 200 + Math.random() * 800;

const plainTitle = document.title;
const told = new Set();
let stream;
let last = "";
let wait = FIRST_WAIT;
let unseen = 0;

function topics() {
  const named = [...document.querySelectorAll("[data-live]")].flatMap((part) => part.dataset.live.split(/\s+/));
  return [...new Set(named)].filter(Boolean);
}

// `case` hears of `case.moved`; with `data-procedure` an element hears of that procedure alone.
function concerns(part, { topic, procedure }) {
  const names = part.dataset.live.split(/\s+/);
  const asked = names.includes(topic) || names.includes(topic.split(".")[0]);
  return asked && (!part.dataset.procedure || part.dataset.procedure === procedure);
}

function hear(event) {
  last = event.lastEventId;
  const message = JSON.parse(event.data);
  const parts = [...document.querySelectorAll("[data-live]")].filter((part) => concerns(part, message));
  if (!parts.length) return;
  // A duty phone rings at once: few pages are one.
  const now = parts.some((part) => "liveNow" in part.dataset);
  if (now) setTimeout(tell);
  else if (!told.size) setTimeout(tell, GATHER());
  parts.forEach((part) => told.add(part));
  // A page with alarms of its own says in the title how many, not how much has moved.
  if (document.hidden && !document.querySelector("[data-own-title]")) document.title = `(${++unseen}) ${plainTitle}`;
}

function tell() {
  const parts = [...told].filter((part) => part.isConnected);
  told.clear();
  parts.forEach((part) => window.htmx.trigger(part, "live"));
}

// The browser's own reconnection gives up after a refusal and never waits longer: we do it ourselves.
function listen() {
  const asked = topics().map((topic) => ["topic", topic]);
  stream = new EventSource(`/events?${new URLSearchParams([...asked, ["last", last]])}`);
  stream.addEventListener("open", () => (wait = FIRST_WAIT));
  stream.addEventListener("message", hear);
  stream.addEventListener("error", () => {
    stream.close();
    setTimeout(listen, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = plainTitle;
});

if (topics().length) {
  listen();
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => event.persisted && listen());
}
