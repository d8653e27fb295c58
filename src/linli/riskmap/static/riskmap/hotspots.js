// Buildings and grid cells with five reports at least, shaded and numbered on the map. The list says the same.

const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"];

async function shade(box, map) {
  const response = await fetch(box.dataset.areas, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) throw new Error(`${box.dataset.areas}: ${response.status}`);
  const data = await response.json();
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
  box.dataset.shaded = data.features.length;
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
