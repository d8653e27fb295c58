// Before and after on the map of a plan. The figures and the list beside it say the same without a map.

const shown = document.querySelector("[data-plan-map]");
const map = shown?.querySelector("linli-map");
const choice = document.querySelector(".plan-switch");

async function told(which) {
  const response = await fetch(shown.dataset.planMap.replace("WHICH", which));
  if (!response.ok) throw new Error(`plan map: ${response.status}`);
  return response.json();
}

const kind = (name) => ["==", ["get", "kind"], name];

function layers(colour) {
  const area = (name, paint) => ({ id: `plan-${name}`, type: "fill", source: "plan", filter: kind(name), paint });
  const edge = (name, paint) => ({ id: `plan-${name}-edge`, type: "line", source: "plan", filter: kind(name), paint });
  const spot = (name, paint) => ({ id: `plan-${name}`, type: "circle", source: "plan", filter: kind(name), paint });
  const ring = { "circle-radius": 3, "circle-stroke-width": 1.5 };
  return [
    area("stays", { "fill-color": colour("--teal"), "fill-opacity": 0.18 }),
    edge("stays", { "line-color": colour("--teal"), "line-width": 1 }),
    area("moved", { "fill-color": colour("--tangerine"), "fill-opacity": 0.22 }),
    edge("moved", { "line-color": colour("--tangerine"), "line-width": 1.5, "line-dasharray": [3, 2] }),
    spot("seen", { ...ring, "circle-color": colour("--green"), "circle-stroke-color": colour("--green") }),
    spot("unseen", { ...ring, "circle-opacity": 0, "circle-stroke-color": colour("--red") }),
  ];
}

async function draw() {
  const data = { after: await told("after") };
  map.map.addSource("plan", { type: "geojson", data: data.after });
  for (const layer of layers(map.colour)) map.map.addLayer(layer, "group");
  choice.hidden = false;
  choice.addEventListener("change", async ({ target }) => {
    data[target.value] ??= await told(target.value);
    map.map.getSource("plan").setData(data[target.value]);
    shown.dataset.shows = target.value;
  });
  shown.dataset.shows = "after";
}

function whenDrawn(act) {
  if (map.hasAttribute("data-drawn")) act();
  else {
    const watch = new MutationObserver(() => {
      watch.disconnect();
      act();
    });
    watch.observe(map, { attributeFilter: ["data-drawn"] });
  }
}

if (map) whenDrawn(draw);

// The exact answer takes the place of the instant one on the map when the page is looked at anew.
document.addEventListener("htmx:afterSwap", () => {
  const waiting = document.querySelector("#answers")?.dataset.waiting;
  if (waiting === "0" && shown) location.reload();
});
