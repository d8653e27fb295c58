// What an act says, as whoever wrote it knows it from the form: each field with its label.

export const OWN = new Set(["csrfmiddlewaretoken", "action", "version", "step"]);
const CODES = new Set(["place", "klass", "reader"]); // of acts that were written down before there were labels
const PICTURE = "data:image/png;base64,";

// The words of a label, without the hint below them.
function plain(element) {
  const copy = element?.cloneNode(true);
  copy?.querySelectorAll(".hint, .optional").forEach((each) => each.remove());
  return copy?.textContent.trim() ?? "";
}

function labelled(field) {
  if (field.type === "checkbox" && !field.closest("fieldset")) return [plain(field.labels[0]), "✓"];
  if (field.type === "radio" || field.type === "checkbox") {
    return [plain(field.closest("fieldset").querySelector("legend")), plain(field.labels[0])];
  }
  return [plain(field.labels?.[0]), field.tagName === "SELECT" ? plain(field.selectedOptions[0]) : field.value.trim()];
}

function isSaid(field) {
  if (!field.name || OWN.has(field.name) || ["hidden", "file", "submit", "button"].includes(field.type)) return false;
  if (field.tagName === "FIELDSET" || !field.getClientRects().length) return false; // not shown, not meant
  return field.type === "radio" || field.type === "checkbox" ? field.checked : Boolean(field.value.trim());
}

export function wordsOf(form) {
  const said = [...form.elements].filter(isSaid).map(labelled);
  const signed = [...form.querySelectorAll("linli-signature")].filter((pad) => pad.value?.value);
  return [...said, ...signed.map((pad) => [plain(pad.closest("fieldset")?.querySelector("legend")), pad.value.value])];
}

function shown(label, text) {
  if (!text.startsWith(PICTURE)) return text;
  const picture = new Image();
  picture.src = text;
  picture.alt = label;
  return picture;
}

function line([label, text]) {
  const row = document.createElement("div");
  const name = document.createElement("dt");
  const said = document.createElement("dd");
  name.textContent = label;
  said.append(shown(label, text));
  row.append(name, said);
  return row;
}

// Acts that were written down before there were labels have their words alone.
export function drawWords(act) {
  const plainly = act.fields.filter(([name, text]) => !OWN.has(name) && !CODES.has(name) && text);
  const list = document.createElement("dl");
  list.className = "summary";
  list.append(...(act.words ?? plainly.map(([, text]) => ["", text])).map(line));
  return [list];
}
