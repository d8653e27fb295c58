// The duty phone: seconds that run down, and two soft notes when a new call comes in, for whoever asked for the sound.

const SOUND = "linli-desk-sound"; // one choice for desk and phone
const gap = { hertz: [660, 880, 660, 880], seconds: 0.16, loud: 0.12 };
const plainTitle = document.title;
const sound = document.querySelector("[data-sound]");

let ringing = Number(document.getElementById("duty").dataset.ringing);
let audio;

const wanted = () => localStorage.getItem(SOUND) !== null;

// The browser allows a sound only after somebody has touched the page.
function call() {
  if (!wanted()) return;
  audio ??= new AudioContext();
  gap.hertz.forEach((hertz, index) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const starts = audio.currentTime + index * gap.seconds * 1.5;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, starts);
    volume.gain.linearRampToValueAtTime(gap.loud, starts + 0.02);
    volume.gain.linearRampToValueAtTime(0, starts + gap.seconds);
    tone.connect(volume).connect(audio.destination);
    tone.start(starts);
    tone.stop(starts + gap.seconds);
  });
}

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

function show() {
  sound.setAttribute("aria-pressed", String(wanted()));
}

sound.hidden = false;
show();
sound.addEventListener("click", () => {
  if (wanted()) localStorage.removeItem(SOUND);
  else localStorage.setItem(SOUND, "");
  audio ??= new AudioContext();
  audio.resume();
  if (wanted()) call();
  show();
});
document.addEventListener("htmx:afterSettle", renewed);
setInterval(tick, 1000);
renewed();
