// A few soft notes for whoever asked for them, made here. One choice for all pages of this browser: desk and duty phone.

const CHOICE = "linli-desk-sound";
const BETWEEN = 1.5; // a note begins so many of its own lengths after the one before

export const wanted = () => localStorage.getItem(CHOICE) !== null;

// Make a button that turns the sound on and off, and return what plays it. atOnce: play when it is turned on.
// The browser allows a sound only after somebody has touched the page, which the button sees to.
export function bell(button, { hertz, seconds, loud, atOnce = false }) {
  let audio;

  function play() {
    if (!wanted()) return;
    audio ??= new AudioContext();
    hertz.forEach((pitch, index) => {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const starts = audio.currentTime + index * seconds * BETWEEN;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, starts);
      volume.gain.linearRampToValueAtTime(loud, starts + 0.02);
      volume.gain.linearRampToValueAtTime(0, starts + seconds);
      tone.connect(volume).connect(audio.destination);
      tone.start(starts);
      tone.stop(starts + seconds);
    });
  }

  const show = () => button.setAttribute("aria-pressed", String(wanted()));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    if (wanted()) localStorage.removeItem(CHOICE);
    else localStorage.setItem(CHOICE, "");
    audio ??= new AudioContext();
    audio.resume();
    if (atOnce) play();
    show();
  });
  return play;
}
