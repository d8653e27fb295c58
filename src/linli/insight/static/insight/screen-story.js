// The story of the week: scene by scene with a flight to each place and a caption in both languages. It can be paused,
// goes by keys, and under reduced motion it neither flies nor goes on by itself.

const SCENE = 14_000;
const TICK = 100;

export class Story {
  constructor(part, scenes, map, { still, language }) {
    Object.assign(this, { part, scenes, map, still, language, index: 0, spent: 0, isPaused: false });
    this.begin = document.getElementById("story-start");
    this.begin.hidden = false;
    this.begin.addEventListener("click", () => this.start());
    const acts = { back: () => this.go(-1), next: () => this.go(1), pause: () => this.pause(), end: () => this.end() };
    for (const button of part.querySelectorAll("[data-story]")) button.addEventListener("click", acts[button.dataset.story]);
    document.addEventListener("keydown", (event) => this.key(event));
    this.isWall = new URLSearchParams(location.search).has("story"); // a wall begins by itself, and again at the end
    if (this.isWall) this.start();
  }

  get isPlaying() {
    return !this.part.hidden;
  }

  start() {
    this.part.hidden = false;
    this.begin.hidden = true;
    this.pause(this.still.matches);
    this.show(0);
    clearInterval(this.running);
    this.running = setInterval(() => this.tick(), TICK);
    this.part.querySelector('[data-story="pause"]').focus({ preventScroll: true });
  }

  end() {
    clearInterval(this.running);
    this.part.hidden = true;
    this.begin.hidden = false;
    this.begin.focus({ preventScroll: true });
    this.map.look("");
  }

  pause(paused = !this.isPaused) {
    this.isPaused = paused;
    const button = this.part.querySelector('[data-story="pause"]');
    button.textContent = paused ? button.dataset.sayGo : button.dataset.sayPause;
  }

  tick() {
    if (this.isPaused) return;
    this.spent += TICK;
    this.part.querySelector(".story-run span").style.transform = `scaleX(${Math.min(1, this.spent / SCENE)})`;
    if (this.spent >= SCENE) this.go(1);
  }

  go(step) {
    const to = this.index + step;
    if (to < 0) return;
    if (to < this.scenes.length) this.show(to);
    else if (this.isWall) this.show(0);
    else this.end();
  }

  show(index) {
    this.index = index;
    this.spent = 0;
    const { words, url, path } = this.scenes[index];
    const own = words[this.language.toLowerCase()] ?? Object.values(words)[0];
    const [code, other] = Object.entries(words).find(([, each]) => each !== own) ?? ["", ["", ""]];
    const put = (selector, text) => (this.part.querySelector(selector).textContent = text);
    put(".story-count", `${index + 1} / ${this.scenes.length}`);
    put("h3", own[0]);
    put(".story-text", own[1]);
    put(".story-other", other[1] === own[1] ? "" : other.filter(Boolean).join(" · "));
    this.part.querySelector(".story-other").lang = code;
    this.part.querySelector(".story-link").hidden = !url;
    this.part.querySelector(".story-link a").href = url || "#";
    this.map.look(path, index);
  }

  key(event) {
    if (!this.isPlaying || event.ctrlKey || event.altKey || event.metaKey) return;
    const onButton = event.target.closest?.("button, a, input, canvas");
    const acts = { ArrowLeft: () => this.go(-1), ArrowRight: () => this.go(1), Escape: () => this.end(), " ": () => this.pause() };
    const act = acts[event.key];
    if (!act || (onButton && event.key === " ") || (event.target.closest?.("canvas") && event.key !== "Escape")) return;
    event.preventDefault();
    act();
  }
}
