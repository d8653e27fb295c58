// Care mode at once, without leaving the page. Without scripts the same button sends its form.

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-care-switch]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const on = button.value === "1";
  const body = new FormData(form);
  body.set(button.name, button.value);
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    return; // no network: the page stays as it is, and the button can be pressed again
  }
  document.documentElement.toggleAttribute("data-care", on);
  button.value = on ? "0" : "1";
  button.setAttribute("aria-pressed", String(on));
});
