// Points tapped on a map go, one a line, into the text field that also takes them by hand; both show the same.

for (const box of document.querySelectorAll("[data-points]")) {
  const text = document.getElementById(box.dataset.points);
  const map = box.querySelector("linli-map");
  const points = () =>
    text.value
      .split("\n")
      .map((line) => line.trim().split(/[\s,，;]+/).map(Number))
      .filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
  const data = () => ({
    type: "FeatureCollection",
    features: points().map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } })),
  });
  const draw = () => {
    const source = map.map?.getSource("tapped");
    if (source) source.setData(data());
    else if (map.hasAttribute("data-drawn")) {
      map.map.addSource("tapped", { type: "geojson", data: data() });
      const paint = { "circle-radius": 6, "circle-color": map.colour("--teal"), "circle-stroke-width": 2, "circle-stroke-color": map.colour("--surface") };
      map.map.addLayer({ id: "tapped", type: "circle", source: "tapped", paint });
    }
  };
  // Lanes, entrances and sheds that are on the risk map, so that one sees where the points go.
  const around = async () => {
    if (!box.dataset.around || !map.hasAttribute("data-drawn") || map.map.getSource("around")) return;
    const response = await fetch(box.dataset.around);
    if (!response.ok) return;
    map.map.addSource("around", { type: "geojson", data: await response.json() });
    const wanted = ["in", ["get", "kind"], ["literal", ["lane", "fire_lane", "entrance", "shed"]]];
    const paint = { "line-color": map.colour("--amber"), "line-width": 2, "line-dasharray": [2, 1] };
    map.map.addLayer({ id: "around", type: "line", source: "around", filter: wanted, paint }, "group");
    const spot = { "circle-radius": 4, "circle-color": map.colour("--amber") };
    const points = ["all", wanted, ["==", ["geometry-type"], "Point"]];
    map.map.addLayer({ id: "around-point", type: "circle", source: "around", filter: points, paint: spot }, "group");
  };
  map.addEventListener("linli:picked", ({ detail }) => {
    const line = `${detail.lon.toFixed(6)}, ${detail.lat.toFixed(6)}`;
    text.value = text.value.trim() ? `${text.value.trim()}\n${line}` : line;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  text.addEventListener("input", draw);
  new MutationObserver(() => (draw(), around())).observe(map, { attributeFilter: ["data-drawn"] });
}
