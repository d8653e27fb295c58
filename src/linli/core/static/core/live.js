// Pages that renew themselves. One stream of events; each element with a topic in `data-live` is told by `live`.

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

const plainTitle = document.title;
let stream;
let wait = FIRST_WAIT;
let unseen = 0;

function topics() {
  const named = [...document.querySelectorAll("[data-live]")].flatMap((part) => part.dataset.live.split(/\s+/));
  return [...new Set(named)].filter(Boolean);
}

function tell(topic) {
  const parts = document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`);
  parts.forEach((part) => window.htmx.trigger(part, "live"));
  if (!parts.length || !document.hidden) return;
  unseen += 1;
  document.title = `(${unseen}) ${plainTitle}`;
}

// The browser's own reconnection gives up after a refusal and never waits longer: we do it ourselves.
function listen() {
  stream = new EventSource(`/events?${new URLSearchParams(topics().map((topic) => ["topic", topic]))}`);
  stream.addEventListener("open", () => (wait = FIRST_WAIT));
  stream.addEventListener("message", (event) => tell(JSON.parse(event.data).topic));
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
