// The way out of the pages about violence at home, and going between them without leaving a trail.
//
// Leaving empties the page at once and puts an ordinary one in its place in the history. Links and forms between these
// pages replace what is shown instead of adding to the history; without script they are ordinary links and forms.

const main = () => document.getElementById("quiet");

function leave() {
  document.title = "Linli";
  document.body.replaceChildren();
  location.replace("/");
}

async function show(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById("quiet");
  if (!next) return location.reload();
  main().replaceChildren(...next.childNodes);
  scrollTo(0, 0);
  (main().querySelector(".error-summary, h1") ?? main()).scrollIntoView();
  document.getElementById("main").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey) return;
  if (link.matches("[data-leave]")) {
    event.preventDefault();
    leave();
  } else if (link.matches("[data-quiet]")) {
    event.preventDefault();
    location.replace(link.href);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-quiet]") || event.defaultPrevented) return;
  event.preventDefault();
  try {
    // Not `form.action`: a field of that name stands in its place.
    await show(await fetch(form.getAttribute("action"), { method: "POST", body: new FormData(form), cache: "no-store" }));
  } catch {
    form.submit(); // the ordinary way, which shows the browser's own page for no connection
  }
});

// A page brought back from the browser's memory by "back" must not show again what was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) leave();
});
