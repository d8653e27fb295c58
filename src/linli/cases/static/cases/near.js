// What is nearest, worked out on the phone: its position is asked for once, used here and sent nowhere.

const METRES = 111_195; // of one degree of latitude

function metres({ longitude, latitude }, { lon, lat }) {
  const across = (lon - longitude) * Math.cos((latitude * Math.PI) / 180);
  return METRES * Math.hypot(across, lat - latitude);
}

const position = () =>
  new Promise((found, failed) =>
    navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), failed, { timeout: 15_000, maximumAge: 60_000 }),
  );

function sort(list, here) {
  const cards = [...list.children].map((card) => [card, card.dataset.lon ? metres(here, card.dataset) : Infinity]);
  cards.sort(([, one], [, other]) => one - other);
  for (const [card, away] of cards) {
    const said = card.querySelector("[data-metres]");
    if (Number.isFinite(away)) said.textContent = `· ${Math.round(away / 10) * 10} m`;
    list.append(card);
  }
}

function choose(here) {
  const buildings = [...document.querySelectorAll("#buildings option")];
  if (!buildings.length) return;
  const away = ({ dataset }) => metres(here, dataset);
  const nearest = buildings.reduce((one, other) => (away(other) < away(one) ? other : one));
  document.querySelector("[name=place]").value = nearest.value;
}

async function near(box) {
  const said = box.querySelector("[role=status]");
  try {
    const here = await position();
    document.querySelectorAll("[data-near-list]").forEach((list) => sort(list, here));
    choose(here);
    said.textContent = box.dataset.sayDone;
  } catch {
    said.textContent = box.dataset.sayDenied;
  }
}

function reveal() {
  document.querySelectorAll("[data-near]").forEach((box) => (box.hidden = false));
}

if ("geolocation" in navigator) {
  reveal();
  document.addEventListener("htmx:load", reveal);
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-near] button")?.parentElement;
    if (box) near(box);
  });
}
