// Number and code: copied or printed by a button. Without scripts they are written down, or the browser prints.

const box = document.querySelector("[data-keys]");
const said = box.querySelector("[role=status]");

box.hidden = false;
box.querySelector("[data-print]").addEventListener("click", () => window.print());
box.querySelector("[data-copy]").addEventListener("click", async () => {
  await navigator.clipboard.writeText(box.dataset.keys);
  said.textContent = box.dataset.said;
});
if (!navigator.clipboard) box.querySelector("[data-copy]").remove();
