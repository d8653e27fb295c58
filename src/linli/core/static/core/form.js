// Forms: one submit has one effect, characters are counted, pictures are shown before they are sent.

const SENT = "data-sent";

// A form that is too large is not read by the server at all: it is not sent, so that nothing typed or chosen is lost.
function weigh(event) {
  const form = event.target;
  const most = document.querySelector("meta[name=most-files]");
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  const heavy = most && files.reduce((sum, file) => sum + file.size, 0) > Number(most.content);
  form.querySelector(":scope > .too-large")?.remove();
  if (!heavy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const said = document.createElement("p");
  said.className = "notice notice-warn too-large";
  said.setAttribute("role", "alert");
  said.tabIndex = -1;
  said.textContent = most.dataset.said;
  form.prepend(said);
  said.focus();
}

// The button is marked only after the submit has begun: a disabled one would not be part of it.
function guard(event) {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.hasAttribute(SENT)) {
    event.preventDefault();
    return;
  }
  form.setAttribute(SENT, "");
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
}

export function release(form) {
  form.removeAttribute(SENT);
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

// Said once the hand rests, so that a reader is not interrupted at every key.
const REST = 600;
const timers = new WeakMap();

// As the server counts them: a new line is sent as two characters.
const length = (text) => [...text.replaceAll("\n", "\r\n")].length;

function count(area) {
  const said = document.getElementById(`${area.id}_count`);
  const left = Number(area.dataset.limit) - length(area.value);
  const show = () => {
    said.textContent = left < 0 ? `${said.dataset.over}${-left}` : `${said.dataset.left}${left}`;
    said.classList.toggle("count-over", left < 0);
  };
  clearTimeout(timers.get(area));
  timers.set(area, setTimeout(show, REST));
  said.setAttribute("aria-live", "polite");
}

const THUMB = 120;

async function thumbnail(file) {
  const item = document.createElement("li");
  try {
    const picture = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    const scale = THUMB / Math.max(picture.width, picture.height);
    canvas.width = picture.width * scale;
    canvas.height = picture.height * scale;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    item.append(canvas);
  } catch {
    // Not a picture this browser can draw: its name stands alone, and the server says whether it can be taken.
  }
  item.append(file.name);
  return item;
}

async function preview(input) {
  const list = document.createElement("ul");
  list.className = "previews";
  list.append(...(await Promise.all([...input.files].map(thumbnail))));
  if (input.nextElementSibling?.matches(".previews")) input.nextElementSibling.remove();
  if (input.files.length) input.after(list);
}

document.addEventListener("submit", weigh, true); // before whatever else would send it
document.addEventListener("submit", guard);
document.addEventListener("input", (event) => event.target.matches("[data-limit]") && count(event.target));
document.addEventListener("change", (event) => event.target.matches("[data-preview]") && preview(event.target));
// Words are looked at while one writes: that sends nothing, and what goes wrong with it disturbs nobody.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig?.elt.matches("[data-heard]") && event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches("[data-heard]")) return;
  const form = event.target.closest(`[${SENT}]`);
  if (form) release(form);
});
// Coming back to a page that the browser kept: its forms can be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll(`[${SENT}]`).forEach(release);
});
