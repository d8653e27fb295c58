// What every page does: the menu on phones, tables that stay tables, the message that is read first.

function menu() {
  const button = document.querySelector(".menu-button");
  const content = document.getElementById("menu");
  if (!button || !content) return;
  const show = (open) => {
    content.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    show(false);
    button.focus();
  });
}

// Shown as cards, a table is no longer one to some readers, unless its roles are written out.
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

function keepTables(root) {
  for (const part of root.querySelectorAll(".table, .table :is(thead, tbody, tr, td, th)")) {
    const role = part.tagName === "TH" ? (part.scope === "row" ? "rowheader" : "columnheader") : ROLES[part.tagName];
    part.setAttribute("role", role);
  }
}

function readErrorsFirst(root) {
  root.querySelector(".error-summary:not([data-still])")?.focus();
}

menu();
keepTables(document);
readErrorsFirst(document);
document.addEventListener("htmx:load", (event) => {
  keepTables(event.detail.elt.parentElement ?? event.detail.elt);
  readErrorsFirst(event.detail.elt);
});
