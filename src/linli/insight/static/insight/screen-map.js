// The neighbourhood in three dimensions: our own buildings, and pillars of light over those where a case is open.
// Overdue is red and wide, due soon amber, open thin and teal. The lists beside it say everything that it shows.

const MAPLIBRE = "maplibre-gl-6.17.0";
const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"];
const EMPTY = { type: "FeatureCollection", features: [] };
const CAMERA = { pitch: 56, bearing: -24 };
const CLOSE = 17.7;
const METRES = 111_320; // of a degree of latitude
const WIDTHS = { late: 5, soon: 4, open: 2.6 }; // metres round the middle
const FLIGHT = 3_500;

const kind = (name) => ["==", ["get", "kind"], name];
const collection = (features) => ({ ...EMPTY, features });
const point = (lon, lat, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } });

function box(geometry, into = [Infinity, Infinity, -Infinity, -Infinity]) {
  const take = (coordinates) => {
    if (typeof coordinates[0] !== "number") return coordinates.forEach(take);
    const [lon, lat] = coordinates;
    into[0] = Math.min(into[0], lon);
    into[1] = Math.min(into[1], lat);
    into[2] = Math.max(into[2], lon);
    into[3] = Math.max(into[3], lat);
  };
  take(geometry.coordinates);
  return into;
}

// A pillar with eight sides, `metres` round a point.
function pillar([lon, lat], metres, properties) {
  const [wide, high] = [metres / (METRES * Math.cos((lat * Math.PI) / 180)), metres / METRES];
  const ring = Array.from({ length: 9 }, (_, corner) => {
    const turn = ((corner % 8) + 0.5) * (Math.PI / 4);
    return [lon + wide * Math.cos(turn), lat + high * Math.sin(turn)];
  });
  return { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } };
}

export class ScreenMap {
  constructor(place, { still }) {
    this.place = place;
    this.still = still;
  }

  colour = (token) => getComputedStyle(this.place).getPropertyValue(token).trim();

  async draw(state) {
    try {
      if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
      const [maplibre, ground] = await Promise.all([this.load(), this.ground()]);
      this.maplibre = maplibre;
      this.learn(ground);
      this.start(maplibre, ground);
      await new Promise((done) => this.map.once("load", done));
      this.isReady = true;
      this.show(state);
      this.map.once("idle", () => this.place.setAttribute("data-drawn", ""));
    } catch (problem) {
      console.warn("screen map:", problem.message);
      const said = document.createElement("p");
      said.className = "map-missing";
      said.textContent = this.place.dataset.sayMissing;
      this.place.replaceChildren(said);
    }
  }

  async load() {
    const { source } = this.place.dataset;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${source}${MAPLIBRE}/maplibre-gl.css`;
    const styled = new Promise((done) => style.addEventListener("load", done));
    document.head.prepend(style);
    const maplibre = await import(new URL(`${source}${MAPLIBRE}/maplibre-gl.mjs`, location.href));
    await styled;
    return maplibre;
  }

  async ground() {
    const answer = await fetch(this.place.dataset.ground, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`ground: ${answer.status}`);
    return answer.json();
  }

  // What a building is as high as, and where each place lies.
  learn(ground) {
    this.heights = new Map();
    this.boxes = new Map();
    this.whole = [Infinity, Infinity, -Infinity, -Infinity];
    this.keys = new Map();
    for (const { id, properties, geometry } of ground.features) {
      this.keys.set(properties.path, id);
      if (properties.kind === "building") this.heights.set(properties.path, properties.height);
      this.boxes.set(properties.path, box(geometry));
      if (properties.kind === "building") box(geometry, this.whole);
    }
  }

  middle(path) {
    const [west, south, east, north] = this.boxes.get(path);
    return [(west + east) / 2, (south + north) / 2];
  }

  start(maplibre, ground) {
    const names = ground.features
      .filter(({ properties }) => properties.kind === "estate")
      .map(({ properties }) => point(...this.middle(properties.path), properties));
    this.map = new maplibre.Map({
      container: this.place,
      style: {
        version: 8,
        light: { anchor: "viewport", color: "#ffffff", intensity: 0.45, position: [1.3, 200, 35] },
        sources: {
          ground: { type: "geojson", data: ground },
          names: { type: "geojson", data: collection(names) },
          ...Object.fromEntries(["pillars", "calls", "duty", "columns"].map((name) => [name, { type: "geojson", data: EMPTY }])),
        },
        layers: this.layers(),
      },
      bounds: Number.isFinite(this.whole[0]) ? this.whole : undefined,
      fitBoundsOptions: { ...CAMERA, padding: 24 },
      ...CAMERA,
      minZoom: 12,
      maxZoom: 19,
      maxPitch: 70,
      attributionControl: false,
      locale: { "Map.Title": this.place.dataset.title, "Popup.Close": this.place.dataset.sayClose },
    });
    this.open();
    new ResizeObserver(() => this.home({ at: "once" })).observe(this.place);
  }

  layers() {
    const colour = this.colour;
    const tone = ["match", ["get", "tone"], "late", colour("--red"), "soon", colour("--amber"), colour("--teal")];
    const lit = [
      "match", ["coalesce", ["feature-state", "tone"], ""],
      "late", "#8f3b3a", "soon", "#83602c", "open", "#2f6f70", "#3a5567",
    ];
    const words = { "text-font": FONT, "text-field": ["get", "title"], "text-max-width": 8 };
    const ink = { "text-color": colour("--ink"), "text-halo-color": colour("--paper"), "text-halo-width": 2 };
    const shape = (id, type, filter, paint) => ({ id, type, source: "ground", filter: kind(filter), paint });
    return [
      { id: "night", type: "background", paint: { "background-color": colour("--paper") } },
      shape("committee", "fill", "committee", { "fill-color": "#101f2b" }),
      shape("estate", "fill", "estate", { "fill-color": "#16303b" }),
      shape("committee-edge", "line", "committee", { "line-color": "#3d5666", "line-width": 1.5, "line-dasharray": [3, 2] }),
      shape("estate-edge", "line", "estate", { "line-color": "#2e7f7a", "line-width": 1.5 }),
      shape("lane", "line", "lane", { "line-color": "#33505d", "line-width": 3 }),
      shape("building", "fill-extrusion", "building", {
        "fill-extrusion-color": lit, "fill-extrusion-height": ["get", "height"], "fill-extrusion-opacity": 0.92,
        "fill-extrusion-vertical-gradient": true,
      }),
      {
        id: "pillars", type: "fill-extrusion", source: "pillars",
        paint: {
          "fill-extrusion-color": tone, "fill-extrusion-base": ["get", "base"], "fill-extrusion-height": ["get", "top"],
          "fill-extrusion-opacity": 0.9, "fill-extrusion-vertical-gradient": false,
        },
      },
      {
        id: "columns", type: "fill-extrusion", source: "columns",
        paint: { "fill-extrusion-color": colour("--teal"), "fill-extrusion-height": ["get", "top"], "fill-extrusion-opacity": 0.75 },
      },
      {
        id: "calls", type: "circle", source: "calls",
        paint: { "circle-radius": 11, "circle-color": colour("--red-tint"), "circle-stroke-color": colour("--red"), "circle-stroke-width": 3 },
      },
      {
        id: "calls-sign", type: "symbol", source: "calls", paint: { "text-color": colour("--red") },
        layout: { "text-field": "!", "text-font": FONT, "text-size": 16, "text-allow-overlap": true },
      },
      {
        id: "duty", type: "symbol", source: "duty", paint: { ...ink, "text-color": colour("--green") },
        layout: { "text-field": "◆", "text-font": FONT, "text-size": 22, "text-allow-overlap": true, "text-offset": [0, -1.1] },
      },
      { id: "names", type: "symbol", source: "names", paint: ink, layout: { ...words, "text-size": 15, "text-allow-overlap": true } },
    ];
  }

  // --- what stands on it

  show(state) {
    if (!this.isReady) return;
    this.state = state;
    const { data, spots } = state;
    const set = (name, features) => this.map.getSource(name).setData(collection(features));
    this.map.removeFeatureState({ source: "ground" });
    const pillars = Object.entries(spots).map(([path, [lon, lat, open, late, soon]]) => {
      const tone = late ? "late" : soon ? "soon" : "open";
      if (this.keys.has(path)) this.map.setFeatureState({ source: "ground", id: this.keys.get(path) }, { tone });
      const base = (this.heights.get(path) ?? 18) + 3;
      return pillar([lon, lat], WIDTHS[tone], { path, tone, base, top: base + 14 + Math.min(open, 12) * 7 });
    });
    set("pillars", pillars);
    set("calls", (data.calls ?? []).map(([key, lon, lat, title, where]) => point(lon, lat, { key, title, where })));
    set("duty", (data.duty ?? []).map(([path, lon, lat, title, posts]) => point(lon, lat, { path, title, posts: posts.join("\n") })));
    set("columns", this.columns(data.columns ?? {}));
    this.place.dataset.pillars = pillars.length;
  }

  // The public's numbers: a column in the middle of each committee.
  columns(numbers) {
    const most = Math.max(1, ...Object.values(numbers));
    return Object.entries(numbers)
      .filter(([path]) => this.boxes.has(path))
      .map(([path, number]) => pillar(this.middle(path), 16, { path, top: 30 + (130 * number) / most }));
  }

  open() {
    const { map } = this;
    map.on("click", ["pillars", "building"], ({ features: [{ properties }] }) => this.tellSpot(properties.path));
    map.on("click", "calls", ({ features: [{ properties, geometry }] }) => {
      this.tell(geometry.coordinates, properties.title, [[properties.where, this.place.dataset.alert]]);
    });
    map.on("click", "duty", ({ features: [{ properties, geometry }] }) => {
      this.tell(geometry.coordinates, properties.title, properties.posts.split("\n").map((title) => [title, ""]));
    });
    for (const layer of ["pillars", "calls", "duty"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
  }

  tellSpot(path) {
    const spot = this.state?.spots[path];
    if (!spot) return;
    const [lon, lat, , , , where, words, named] = spot;
    const rows = named.map(([number, title, state]) => [`${title}: ${state}`, this.place.dataset.case.replace("/0/", `/${number}/`)]);
    this.tell([lon, lat], where, rows, words);
  }

  tell(at, title, rows, words = "") {
    const told = document.createElement("div");
    const head = document.createElement("h3");
    head.textContent = title;
    const list = document.createElement("ul");
    for (const [text, href] of rows) {
      const row = document.createElement("li");
      const said = document.createElement(href ? "a" : "span");
      said.textContent = text;
      if (href) said.href = href;
      row.append(said);
      list.append(row);
    }
    told.append(head, words, list);
    new this.maplibre.Popup({ offset: 14 }).setLngLat(at).setDOMContent(told).addTo(this.map);
  }

  // --- where it looks from

  home({ at = "slowly" } = {}) {
    if (!this.map || !Number.isFinite(this.whole[0])) return;
    this.map.resize();
    const duration = at === "once" || this.still.matches ? 0 : FLIGHT;
    const { center, zoom } = this.map.cameraForBounds(this.whole, { bearing: CAMERA.bearing, padding: 8 });
    this.map.easeTo({ ...CAMERA, center, zoom: zoom + this.closer(), offset: [0, -0.03 * this.place.clientHeight], duration });
  }

  // A tilted view is less deep than it is wide: a wide wall bears to come closer.
  closer() {
    const { clientWidth, clientHeight } = this.place;
    return clientWidth > 2 * clientHeight ? 0.62 : clientWidth > clientHeight ? 0.5 : 0.1;
  }

  // To a place, from another side each time; without one to the whole.
  look(path, turn = 0) {
    if (!this.isReady) return;
    if (!path || !this.boxes.has(path)) return this.home();
    const to = { center: this.middle(path), zoom: CLOSE, pitch: 60, bearing: -60 + ((turn * 75) % 180) };
    const offset = [0, -0.16 * this.place.clientHeight]; // the caption stands below
    this.map.easeTo({ ...to, offset, duration: this.still.matches ? 0 : FLIGHT });
  }
}
