// <risk-map>: cameras with what they see, drawn from GeoJSON of our own; one of them can be turned and moved by its
// handles. Number fields beside the map do the same, and the list says everything that it shows.

const MAPLIBRE = "maplibre-gl-6.17.0";
const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"];
const SHANGHAI = { center: [121.4365, 31.1945], zoom: 15 };
const EMPTY = { type: "FeatureCollection", features: [] };
const METRES = 111320; // of a degree of latitude; for handles on the screen only
const DENSITY = ["#e3efe9", "#c4e0d6", "#9acbbb", "#67ae9b", "#348b78", "#0b6e63", "#07423c"];
const EDITIONS = {
  2014: ["monitor", "detect", "observe", "recognise", "identify", "inspect"],
  2025: ["overview", "outline", "discern", "perceive", "characterise", "validate", "scrutinise"],
};
const CLOSE = 15.5; // zoom from which what stands around is fetched and drawn

const kind = (name) => ["==", ["get", "kind"], name];

async function geojson(address) {
  const response = await fetch(address, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

function boundsOf({ features }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (at) => {
    if (typeof at[0] !== "number") return at.forEach(take);
    box[0] = Math.min(box[0], at[0]);
    box[1] = Math.min(box[1], at[1]);
    box[2] = Math.max(box[2], at[0]);
    box[3] = Math.max(box[3], at[1]);
  };
  for (const { geometry } of features) if (geometry) take(geometry.coordinates);
  return Number.isFinite(box[0]) ? box : null;
}

// One point for each name: drawn from the shape itself, a name would stand once in every tile.
function names({ features }) {
  const middle = (feature) => {
    const [west, south, east, north] = boundsOf({ features: [feature] });
    return { ...feature, geometry: { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] } };
  };
  return { ...EMPTY, features: features.filter(({ geometry, properties }) => geometry && properties.title).map(middle) };
}

const wide = (lat) => METRES * Math.cos((lat * Math.PI) / 180);

function ahead([lon, lat], bearing, metres) {
  const turn = (bearing * Math.PI) / 180;
  return [lon + (Math.sin(turn) * metres) / wide(lat), lat + (Math.cos(turn) * metres) / METRES];
}

// A picture for the map, drawn on a canvas: patterns that say by shape what colour says too.
function picture(size, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  draw(pen, size);
  return pen.getImageData(0, 0, size, size);
}

const hatch = (colour) => (pen, size) => {
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
    pen.stroke();
  }
};

const dots = (colour) => (pen, size) => {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 5, 0, 7);
  pen.fill();
};

// A disc with a beak to the north; the map turns it to where the camera looks.
const camera = (colour, paper) => (pen, size) => {
  const [middle, radius] = [size / 2, size * 0.27];
  pen.fillStyle = colour;
  pen.strokeStyle = paper;
  pen.lineWidth = size / 20;
  pen.beginPath();
  pen.moveTo(middle, size * 0.02);
  pen.lineTo(middle + radius * 0.95, middle - radius * 0.3);
  pen.lineTo(middle - radius * 0.95, middle - radius * 0.3);
  pen.closePath();
  pen.fill();
  pen.stroke();
  pen.beginPath();
  pen.arc(middle, middle, radius, 0, 7);
  pen.fill();
  pen.stroke();
};

function placeLayers(colour) {
  const from = (id, type, filter, paint, more = {}) => ({ id, type, source: "around", filter, paint, ...more });
  const way = (name) => ["all", kind(name), ["!=", ["geometry-type"], "Point"]];
  const round = { "line-cap": "round", "line-join": "round" };
  return [
    { id: "estate", type: "fill", source: "places", filter: kind("estate"), paint: { "fill-color": colour("--surface") } },
    { id: "estate-edge", type: "line", source: "places", filter: kind("estate"), paint: { "line-color": colour("--edge"), "line-width": 1 } },
    from("lane", "line", way("lane"), { "line-color": colour("--line"), "line-width": ["interpolate", ["exponential", 2], ["zoom"], 15, 1.5, 19, 12] }, { layout: round }),
    from("fire-lane", "line", way("fire_lane"), { "line-color": colour("--amber"), "line-width": 2, "line-dasharray": [3, 2] }),
    from("building", "fill", kind("building"), { "fill-color": "#d5cfc2", "fill-outline-color": colour("--edge") }),
    from("tree", "fill", kind("tree"), { "fill-color": colour("--green"), "fill-opacity": 0.25 }),
    from("wall", "line", ["in", ["get", "kind"], ["literal", ["wall", "fence"]]], { "line-color": colour("--ink"), "line-width": 2 }),
    from("entrance", "circle", ["in", ["get", "kind"], ["literal", ["entrance", "shed"]]], { "circle-radius": 3, "circle-color": colour("--soft") }, { minzoom: 17 }),
  ];
}

function seenLayers(colour) {
  const of = (source, id, type, filter, paint, more = {}) => ({ id, type, source, filter, paint, ...more });
  const words = { "text-field": "!", "text-font": FONT, "text-size": 16, "text-allow-overlap": true };
  const halo = { "text-halo-color": colour("--surface"), "text-halo-width": 2 };
  const home = (source) => [
    of(source, `${source}-under`, "line", ["all", kind("private"), ["==", ["get", "grade"], "under"]], { "line-color": colour("--amber"), "line-width": 3, "line-dasharray": [1.5, 1] }),
    of(source, `${source}-over`, "line", ["all", kind("private"), ["==", ["get", "grade"], "over"]], { "line-color": colour("--red"), "line-width": 6 }),
    of(source, `${source}-sign`, "symbol", ["all", kind("private"), ["==", ["get", "grade"], "over"]], { "text-color": colour("--red"), ...halo }, { layout: { ...words, "symbol-placement": "line-center" }, minzoom: 16 }),
  ];
  return [
    of("coverage", "ground", "fill", kind("ground"), { "fill-color": colour("--teal"), "fill-opacity": 0.22 }),
    of("coverage", "ground-edge", "line", kind("ground"), { "line-color": colour("--teal"), "line-width": 1 }),
    of("coverage", "cone", "line", kind("cone"), { "line-color": colour("--teal"), "line-width": 1, "line-dasharray": [2, 3], "line-opacity": 0.7 }),
    of("density", "density", "fill", kind("density"), { "fill-color": DENSITY[0], "fill-opacity": 0.85 }),
    of("overlap", "overlap", "fill", kind("overlap"), { "fill-pattern": "dots" }),
    of("overlap", "overlap-edge", "line", kind("overlap"), { "line-color": colour("--ink"), "line-width": 1 }),
    of("blind", "blind", "fill", ["all", kind("blind"), ["!", ["get", "line"]]], { "fill-pattern": "hatch" }),
    of("blind", "blind-line", "line", ["all", kind("blind"), ["get", "line"]], { "line-color": colour("--red"), "line-width": 5, "line-dasharray": [1, 0.6] }),
    ...home("private"),
    of("trial", "trial-ground", "fill", kind("ground"), { "fill-color": colour("--tangerine"), "fill-opacity": 0.28 }),
    of("trial", "trial-edge", "line", kind("ground"), { "line-color": colour("--tangerine"), "line-width": 2 }),
    of("trial", "trial-cone", "line", kind("cone"), { "line-color": colour("--tangerine"), "line-width": 1.5, "line-dasharray": [2, 2] }),
    ...home("trial"),
  ];
}

function nameLayers(colour) {
  const paint = { "text-color": colour("--ink"), "text-halo-color": colour("--surface"), "text-halo-width": 1.5 };
  const words = { "text-field": ["get", "title"], "text-font": FONT, "text-max-width": 8 };
  return [
    { id: "estate-name", type: "symbol", source: "names", filter: kind("estate"), maxzoom: 17.5, paint, layout: { ...words, "text-size": 15, "text-allow-overlap": true } },
    { id: "house-name", type: "symbol", source: "called", minzoom: 17, paint, layout: { ...words, "text-size": 12 } },
  ];
}

function cameraLayers(colour) {
  const size = ["interpolate", ["linear"], ["zoom"], 13, 0.3, 18, 0.62];
  const image = ["concat", "camera-", ["get", "tone"]];
  const look = { "icon-image": image, "icon-size": size, "icon-rotate": ["get", "bearing"], "icon-rotation-alignment": "map", "icon-allow-overlap": true };
  const text = { "text-color": colour("--ink"), "text-halo-color": colour("--surface"), "text-halo-width": 2 };
  return [
    { id: "camera", type: "symbol", source: "cameras", layout: look },
    { id: "camera-sign", type: "symbol", source: "cameras", filter: ["==", ["get", "tone"], "late"], minzoom: 15, paint: { "text-color": colour("--surface") }, layout: { "text-field": "!", "text-font": FONT, "text-size": 14, "text-allow-overlap": true } },
    { id: "camera-name", type: "symbol", source: "cameras", minzoom: 17, paint: text, layout: { "text-field": ["get", "title"], "text-font": FONT, "text-size": 13, "text-offset": [0, 1.4], "text-anchor": "top", "text-optional": true } },
    { id: "sign", type: "symbol", source: "signs", paint: { "text-color": ["match", ["get", "tone"], "done", colour("--green"), colour("--red")], "text-halo-color": colour("--surface"), "text-halo-width": 3 }, layout: { "text-field": ["get", "sign"], "text-font": FONT, "text-size": 20, "text-offset": [1, -0.6], "text-allow-overlap": true } },
  ];
}

const LAYERS = {
  coverage: ["ground", "ground-edge", "cone"], density: ["density"], overlap: ["overlap", "overlap-edge"],
  blind: ["blind", "blind-line"], private: ["private-under", "private-over", "private-sign"], signs: ["sign"],
};
const SOURCES = ["places", "names", "around", "called", "coverage", "density", "overlap", "blind", "private", "trial", "cameras", "signs"];

class RiskMap extends HTMLElement {
  colour = (token) => getComputedStyle(this).getPropertyValue(token).trim();

  async connectedCallback() {
    this.panel = document.querySelector("#risk-panel");
    this.watchPanel();
    try {
      if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
      const [maplibre, cameras, places] = await Promise.all([
        this.library(), geojson(`${this.dataset.layers}cameras.geojson`), geojson(this.dataset.places),
      ]);
      this.maplibre = maplibre;
      this.draw(cameras, places);
    } catch (problem) {
      console.warn("risk-map:", problem.message);
      this.textContent = "";
      const words = document.createElement("p");
      words.className = "map-missing";
      words.setAttribute("role", "status");
      words.textContent = this.dataset.sayMissing;
      this.append(words);
    }
  }

  disconnectedCallback() {
    this.map?.remove();
  }

  async library() {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${this.dataset.source}${MAPLIBRE}/maplibre-gl.css`;
    const styled = new Promise((done) => style.addEventListener("load", done));
    document.head.append(style);
    const maplibre = await import(new URL(`${this.dataset.source}${MAPLIBRE}/maplibre-gl.mjs`, location.href));
    await styled;
    return maplibre;
  }

  draw(cameras, places) {
    const ground = document.createElement("div");
    ground.className = "map-ground";
    this.replaceChildren(ground);
    const sources = Object.fromEntries(SOURCES.map((name) => [name, { type: "geojson", data: EMPTY }]));
    sources.places.data = places;
    sources.names.data = names(places);
    this.cameras = cameras;
    this.whole = boundsOf(cameras) ?? boundsOf(places);
    const paper = { id: "paper", type: "background", paint: { "background-color": this.colour("--sunken") } };
    const layers = [paper, ...placeLayers(this.colour), ...seenLayers(this.colour)];
    layers.push(...nameLayers(this.colour), ...cameraLayers(this.colour));
    this.map = new this.maplibre.Map({
      container: ground, style: { version: 8, sources, layers }, minZoom: 10, maxZoom: 21,
      ...(this.whole ? { bounds: this.whole, fitBoundsOptions: { padding: 48, maxZoom: 18 } } : SHANGHAI),
      dragRotate: false, pitchWithRotate: false, touchPitch: false, attributionControl: false,
      locale: { "Map.Title": this.getAttribute("aria-label") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("load", () => this.drawn());
    this.map.on("moveend", () => this.around());
    this.tools();
  }

  async drawn() {
    const { map, colour } = this;
    map.addImage("hatch", picture(16, hatch(colour("--red"))));
    map.addImage("dots", picture(10, dots(colour("--ink"))));
    for (const [tone, token] of Object.entries({ done: "--teal", waiting: "--amber", late: "--red" })) {
      map.addImage(`camera-${tone}`, picture(64, camera(colour(token), colour("--surface"))));
    }
    map.getSource("cameras").setData(this.cameras);
    this.choices();
    this.pick();
    this.open(this.panel.querySelector(".risk-camera"));
    await this.around();
    this.setAttribute("data-drawn", "");
  }

  tools() {
    const bar = document.createElement("div");
    bar.className = "map-tools";
    const sprite = document.querySelector(".wordmark use").getAttribute("href").split("#")[0];
    const add = (icon, words, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = words;
      button.setAttribute("aria-label", words);
      button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${icon}"></use></svg>`;
      button.addEventListener("click", act);
      bar.append(button);
    };
    add("plus", this.dataset.sayIn, () => this.map.zoomIn());
    add("minus", this.dataset.sayOut, () => this.map.zoomOut());
    if (this.whole) add("frame", this.dataset.sayAll, () => this.map.fitBounds(this.whole, { padding: 48, maxZoom: 18 }));
    this.append(bar);
  }

  // What stands around, for the box that is shown; nothing from far away, where it would be specks.
  async around() {
    if (this.map.getZoom() < CLOSE) return;
    const box = this.map.getBounds();
    if (this.fetched && ["West", "South"].every((end) => this.fetched[`get${end}`]() <= box[`get${end}`]()) &&
      ["East", "North"].every((end) => this.fetched[`get${end}`]() >= box[`get${end}`]())) return;
    const [dx, dy] = [(box.getEast() - box.getWest()) / 2, (box.getNorth() - box.getSouth()) / 2];
    const wider = new this.maplibre.LngLatBounds(
      [box.getWest() - dx, box.getSouth() - dy], [box.getEast() + dx, box.getNorth() + dy],
    );
    const words = [wider.getWest(), wider.getSouth(), wider.getEast(), wider.getNorth()].map((x) => x.toFixed(6)).join();
    this.fetched = wider;
    try {
      const around = await geojson(`${this.dataset.surroundings}?box=${words}`);
      const houses = around.features.filter(({ properties }) => properties.kind === "building");
      this.map.getSource("around")?.setData(around);
      this.map.getSource("called")?.setData(names({ features: houses }));
    } catch {
      this.fetched = null;
    }
  }

  // Layers are fetched when they are first asked for.
  choices() {
    const box = document.querySelector("#risk-layers");
    const edition = document.querySelector("#risk-edition");
    const show = async (name, shown) => {
      for (const id of LAYERS[name]) this.map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
      document.querySelector(`#risk-legend [data-of="${name}"]`).hidden = !shown;
      // Two fills upon each other would show neither.
      if (name === "density") this.map.setPaintProperty("trial-ground", "fill-opacity", shown ? 0 : 0.28);
      if (shown) await this.fill(name);
    };
    for (const input of box.querySelectorAll("input")) {
      input.addEventListener("change", () => show(input.value, input.checked));
      show(input.value, input.checked);
    }
    edition.addEventListener("change", () => {
      for (const item of document.querySelectorAll("#risk-legend [data-edition]")) item.hidden = item.dataset.edition !== edition.value;
      this.fill("density");
    });
  }

  async fill(name) {
    const edition = document.querySelector("#risk-edition").value;
    if (name === "density") {
      const steps = EDITIONS[edition].flatMap((grade, at) => [grade, DENSITY[at]]);
      this.map.setPaintProperty("density", "fill-color", ["match", ["get", "grade"], ...steps, DENSITY[0]]);
    }
    this.map.getSource(name).setData(await geojson(`${this.dataset.layers}${name}.geojson?edition=${edition}`));
  }

  pick() {
    const { map } = this;
    map.on("click", "camera", ({ features: [{ properties }] }) => this.fetchPanel(properties.href));
    map.on("mouseenter", "camera", () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", "camera", () => (map.getCanvas().style.cursor = ""));
  }

  // --- the panel: a camera that is chosen on the map or in the list takes the place of the list

  watchPanel() {
    window.addEventListener("popstate", () => location.reload());
    this.panel.addEventListener("click", (event) => {
      const link = event.target.closest("#risk-list a");
      if (!link || !this.map || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.fetchPanel(link.getAttribute("href"));
    });
  }

  async fetchPanel(address) {
    const response = await fetch(address, { headers: { "X-Panel": "1" } });
    if (!response.ok) return location.assign(address);
    this.panel.innerHTML = await response.text();
    history.pushState(null, "", address);
    this.open(this.panel.querySelector(".risk-camera"));
    this.panel.querySelector("h2").focus({ preventScroll: true });
    return undefined;
  }

  open(article) {
    this.article = article;
    for (const marker of this.handles ?? []) marker.remove();
    this.handles = [];
    this.map.getSource("trial").setData(article ? JSON.parse(article.dataset.trial) : EMPTY);
    if (!article) return;
    const form = article.querySelector(".risk-form");
    this.form = form;
    // All round it, so that whatever way it is turned, what it sees stays in view.
    const { lon, lat, range } = this.look();
    const [dx, dy] = [range / wide(lat), range / METRES];
    this.map.fitBounds([lon - dx, lat - dy, lon + dx, lat + dy], { padding: 24, maxZoom: 20, animate: false });
    form.querySelector('[name="see"]').hidden = true; // the map shows it at once
    form.addEventListener("input", () => this.changed());
    form.addEventListener("reset", () => requestAnimationFrame(() => this.changed()));
    this.addHandles();
  }

  number = (name) => Number(this.form.elements.namedItem(name).value);

  look() {
    return Object.fromEntries(["lon", "lat", "bearing", "range"].map((name) => [name, this.number(name)]));
  }

  put(values) {
    for (const [name, value] of Object.entries(values)) this.form.elements.namedItem(name).value = value;
    this.changed();
  }

  arm() {
    return Math.min(Math.max(this.number("range") * 0.6, 4), 40);
  }

  addHandles() {
    const make = (name, words) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `risk-handle risk-handle-${name}`;
      button.setAttribute("aria-label", words);
      button.title = words;
      return button;
    };
    const [turn, move] = [make("turn", this.dataset.sayTurn), make("move", this.dataset.sayMove)];
    const { lon, lat, bearing } = this.look();
    this.turner = new this.maplibre.Marker({ element: turn, draggable: true }).setLngLat(ahead([lon, lat], bearing, this.arm()));
    this.mover = new this.maplibre.Marker({ element: move, draggable: true }).setLngLat([lon, lat]);
    this.turner.on("drag", () => this.put({ bearing: this.towards(this.turner.getLngLat()) }));
    this.turner.on("dragend", () => this.place());
    this.mover.on("drag", () => {
      const at = this.mover.getLngLat();
      this.put({ lon: at.lng.toFixed(6), lat: at.lat.toFixed(6) });
    });
    turn.addEventListener("keydown", (event) => this.turnBy(event));
    move.addEventListener("keydown", (event) => this.moveBy(event));
    this.handles = [this.mover.addTo(this.map), this.turner.addTo(this.map)];
    // MapLibre says of every marker that it is a picture; these are buttons.
    for (const button of [turn, move]) button.removeAttribute("role");
  }

  towards({ lng, lat }) {
    const at = this.look();
    const angle = (Math.atan2((lng - at.lon) * wide(at.lat), (lat - at.lat) * METRES) * 180) / Math.PI;
    return Math.round((angle + 360) % 360);
  }

  turnBy(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.put({ bearing: (this.number("bearing") + step * (event.shiftKey ? 15 : 1) + 360) % 360 });
  }

  moveBy(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [metres, { lon, lat }] = [event.shiftKey ? 5 : 0.5, this.look()];
    this.put({
      lon: (lon + (step[0] * metres) / wide(lat)).toFixed(6), lat: (lat + (step[1] * metres) / METRES).toFixed(6),
    });
  }

  place() {
    const { lon, lat, bearing } = this.look();
    this.mover.setLngLat([lon, lat]);
    this.turner.setLngLat(ahead([lon, lat], bearing, this.arm()));
  }

  // One question at a time; what changes meanwhile is asked for next.
  async changed() {
    this.place();
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    do {
      this.again = false;
      await this.ask();
    } while (this.again);
    this.asking = false;
  }

  async ask() {
    const article = this.article;
    const query = new URLSearchParams(new FormData(this.form));
    for (const name of ["csrfmiddlewaretoken", "action", "version", "device_version", "reason"]) query.delete(name);
    const said = article.querySelector(".risk-said");
    try {
      const response = await fetch(`${article.dataset.preview}?${query}`);
      const answer = await response.json();
      if (answer.wrong) return this.tell(said, Object.values(answer.wrong)[0], []);
      this.map.getSource("trial").setData(answer.map);
      return this.tell(said, answer.words, answer.findings);
    } catch {
      return this.tell(said, this.dataset.sayLost, []);
    }
  }

  tell(said, words, findings) {
    said.textContent = words;
    const items = findings.map(({ title, words: found, tone }) => {
      const item = document.createElement("li");
      item.className = `notice ${tone === "late" ? "notice-bad" : "notice-warn"}`;
      const head = document.createElement("b");
      head.textContent = `${title}. `;
      item.append(head, found);
      return item;
    });
    this.article.querySelector(".risk-would").replaceChildren(...items);
  }
}

customElements.define("risk-map", RiskMap);
