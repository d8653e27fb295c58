// A page that is printed by a button; without scripts the browser prints.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => window.print());
