// The screen of the hall: asks twice a second, draws what is new, and says who is called: as text, and aloud if wished.

const EVERY = 500;
const board = document.getElementById("board");
const said = document.getElementById("said");
const voice = document.getElementById("voice");
const speaks = "speechSynthesis" in window;

let tag = "";
let known = new Set(calls().map((call) => call.dataset.call));

function calls() {
  return [...board.querySelectorAll("[data-call]")];
}

async function look() {
  try {
    const answer = await fetch(board.dataset.now, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      board.innerHTML = await answer.text();
      tell();
    }
  } catch {
    // The line is down: what stands there stays, and the next look asks again.
  }
  setTimeout(look, EVERY);
}

function tell() {
  const now = calls();
  const fresh = now.filter((call) => call.dataset.status === "called" && !known.has(call.dataset.call));
  known = new Set(now.map((call) => call.dataset.call));
  if (!fresh.length) return;
  said.textContent = fresh.map((call) => call.dataset.say).join(" · ");
  if (speaks && voice.getAttribute("aria-pressed") === "true") fresh.reverse().forEach((call) => say(call.dataset.say));
}

function say(text) {
  // "A012" is read letter by letter and digit by digit.
  const spoken = new SpeechSynthesisUtterance(text.replace(/\b([A-Z])(\d+)\b/, (_, letter, digits) => [letter, ...digits].join(" ")));
  spoken.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
  spoken.rate = 0.85;
  window.speechSynthesis.speak(spoken);
}

if (speaks) {
  voice.hidden = false;
  voice.addEventListener("click", () => {
    voice.setAttribute("aria-pressed", String(voice.getAttribute("aria-pressed") !== "true"));
  });
}
setTimeout(look, EVERY);
