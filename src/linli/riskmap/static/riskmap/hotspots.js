// What holds five reports at least, shaded on the map: buildings or grid cells with their numbers, or the surface of how
// densely they lie. The list says the same.

const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"];

async function read(address) {
  const response = await fetch(address, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

async function shade(box, map) {
  const data = await read(box.dataset.areas);
  const paint = { "fill-color": map.colour("--tangerine"), "fill-opacity": ["+", 0.12, ["*", 0.58, ["get", "share"]]] };
  const before = map.map.getLayer("building-name") ? "building-name" : undefined;
  map.map.addSource("areas", { type: "geojson", data });
  map.map.addLayer({ id: "areas", type: "fill", source: "areas", paint }, before);
  map.map.addLayer({ id: "areas-edge", type: "line", source: "areas", paint: { "line-color": map.colour("--tangerine"), "line-width": 1 } }, before);
  map.map.addLayer({
    id: "areas-number", type: "symbol", source: "areas", minzoom: 15,
    layout: { "text-field": ["to-string", ["get", "number"]], "text-font": FONT, "text-size": 13, "text-offset": [0, 0.9] },
    paint: { "text-color": map.colour("--ink"), "text-halo-color": map.colour("--surface"), "text-halo-width": 1.5 },
  });
  if (box.dataset.surface) await spread(box, map, before);
  box.dataset.shaded = data.features.length;
}

// Bands lie one above the other: the denser, the fuller the colour. Buildings stay to be seen below it.
async function spread(box, map, before) {
  const data = await read(box.dataset.surface);
  const colour = map.colour("--tangerine");
  map.map.addSource("surface", { type: "geojson", data });
  map.map.addLayer({ id: "surface", type: "fill", source: "surface", paint: { "fill-color": colour, "fill-opacity": 0.22 } }, before);
  const line = { "line-color": colour, "line-width": ["match", ["get", "band"], 4, 2, 1] };
  map.map.addLayer({ id: "surface-edge", type: "line", source: "surface", paint: line }, before);
  const show = () => {
    const chosen = box.querySelector('input[name="shown"]:checked').value;
    for (const { id } of map.map.getStyle().layers) {
      const of = /^(areas|surface)/.exec(id);
      if (of) map.map.setLayoutProperty(id, "visibility", of[1] === chosen ? "visible" : "none");
    }
    box.dataset.shows = chosen;
  };
  box.querySelector(".map-switch").addEventListener("change", show);
  show();
}

function watch(box) {
  const map = box.querySelector("linli-map");
  if (!map || box.dataset.shaded) return;
  const begin = () => shade(box, map).catch((problem) => console.warn("hotspots:", problem.message));
  if (map.hasAttribute("data-drawn")) return begin();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    begin();
  });
  seen.observe(map, { attributeFilter: ["data-drawn"] });
}

const all = () => document.querySelectorAll(".hotspot-map[data-areas]").forEach(watch);
all();
// An answer that came while the page waited for it brings its map along.
document.addEventListener("htmx:afterSwap", all);
