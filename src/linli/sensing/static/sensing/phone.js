// The duty phone: seconds that run down, and two soft notes when a new call comes in, for whoever asked for the sound.

import { bell } from "../core/sound.js";

const plainTitle = document.title;
const call = bell(document.querySelector("[data-sound]"), { hertz: [660, 880, 660, 880], seconds: 0.16, loud: 0.12, atOnce: true });

let ringing = Number(document.getElementById("duty").dataset.ringing);

function renewed() {
  const now = Number(document.getElementById("duty").dataset.ringing);
  if (now > ringing) call();
  ringing = now;
  document.title = now ? `(${now}) ${plainTitle}` : plainTitle;
  tick();
}

// Minutes and seconds to go; past the time it counts on with a minus.
function tick() {
  for (const time of document.querySelectorAll("[data-until]")) {
    const left = Math.round(Number(time.dataset.until) - Date.now() / 1000);
    const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), Math.abs(left) % 60];
    time.dataset.clock ??= time.textContent;
    time.textContent = `${time.dataset.clock} (${left < 0 ? "−" : ""}${minutes}:${String(seconds).padStart(2, "0")})`;
  }
}

document.addEventListener("htmx:afterSettle", renewed);
setInterval(tick, 1000);
renewed();
