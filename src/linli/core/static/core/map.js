// <linli-map>: places and what happens in them, drawn from GeoJSON of our own. See docs/kit.md.
// The list beside it says everything that it shows.

const MAPLIBRE = "maplibre-gl-6.17.0";
const PMTILES = "pmtiles-4.5.0";
const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"];
const SHANGHAI = { center: [121.4365, 31.1945], zoom: 14 };
const EMPTY = { type: "FeatureCollection", features: [] };
// A colour is never alone: the same sign stands in the circle.
const SIGNS = { new: "", active: "", waiting: "=", done: "✓", late: "!", sealed: "", off: "×" };

let library;

function load(source) {
  library ??= (async () => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${source}${MAPLIBRE}/maplibre-gl.css`;
    const styled = new Promise((done) => style.addEventListener("load", done));
    document.head.append(style);
    const maplibre = await import(new URL(`${source}${MAPLIBRE}/maplibre-gl.mjs`, location.href));
    await styled;
    return maplibre;
  })();
  return library;
}

let archives;

// The reader of PMTiles is a plain script: it puts its name into the window.
function loadArchives(source, maplibre) {
  archives ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${source}${PMTILES}/pmtiles.js`;
    script.addEventListener("error", failed);
    script.addEventListener("load", () => {
      const protocol = new window.pmtiles.Protocol({ metadata: true });
      maplibre.addProtocol("pmtiles", protocol.tile);
      done(window.pmtiles);
    });
    document.head.append(script);
  });
  return archives;
}

async function geojson(address) {
  if (!address) return EMPTY;
  const response = await fetch(address, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

function bounds(...collections) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (coordinates) => {
    if (typeof coordinates[0] !== "number") return coordinates.forEach(take);
    const [lon, lat] = coordinates;
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  };
  for (const { features } of collections) for (const { geometry } of features) if (geometry) take(geometry.coordinates);
  return Number.isFinite(box[0]) ? box : null;
}

// One point for each name: drawn from the shape itself, a name would stand once in every tile.
function names({ features }) {
  const named = features.filter(({ geometry, properties }) => geometry && properties.title);
  const middle = (feature) => {
    const [west, south, east, north] = bounds({ features: [feature] });
    return { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] };
  };
  return { ...EMPTY, features: named.map((feature) => ({ ...feature, geometry: middle(feature) })) };
}

const kind = (name) => ["==", ["get", "kind"], name];

function placeLayers(colour, opacity) {
  const text = { "text-color": colour("--ink"), "text-halo-color": colour("--surface"), "text-halo-width": 1.5 };
  const words = { "text-field": ["get", "title"], "text-font": FONT, "text-max-width": 8 };
  const shape = (id, type, filter, paint, more = {}) => ({ id, type, source: "places", filter, paint, ...more });
  const name = (of, zoom, size) => ({
    id: `${of}-name`, type: "symbol", source: "names", filter: kind(of), paint: text,
    layout: { ...words, "text-size": size }, ...zoom,
  });
  return [
    shape("estate", "fill", kind("estate"), { "fill-color": colour("--surface"), "fill-opacity": opacity }),
    shape("estate-edge", "line", kind("estate"), { "line-color": colour("--teal"), "line-width": 1.5 }),
    shape("lane", "line", kind("lane"), { "line-color": colour("--line"), "line-width": 3 }),
    shape("cell", "line", kind("cell"), { "line-color": colour("--edge"), "line-dasharray": [3, 2] }),
    shape("building", "fill", kind("building"), { "fill-color": colour("--line"), "fill-outline-color": colour("--edge") }),
    shape("entrance", "circle", kind("entrance"), { "circle-radius": 3, "circle-color": colour("--soft") }, { minzoom: 17 }),
    name("building", { minzoom: 16 }, 13),
    name("estate", { maxzoom: 16.5 }, 15),
  ];
}

function featureLayers(colour) {
  const tone = (values, other) => ["match", ["get", "tone"], ...Object.entries(values).flat(), other];
  const tones = { done: colour("--green"), late: colour("--red"), waiting: colour("--amber"), off: colour("--soft") };
  const ring = { "circle-stroke-color": colour("--surface"), "circle-stroke-width": 2 };
  const text = { "text-color": colour("--surface") };
  const group = ["has", "point_count"];
  const one = ["!", group];
  return [
    {
      id: "group", type: "circle", source: "features", filter: group,
      paint: { ...ring, "circle-color": colour("--ink"), "circle-radius": ["step", ["get", "point_count"], 14, 10, 18, 100, 24] },
    },
    {
      id: "group-count", type: "symbol", source: "features", filter: group, paint: text,
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 14, "text-allow-overlap": true },
    },
    {
      id: "one", type: "circle", source: "features", filter: one,
      paint: { ...ring, "circle-color": tone(tones, colour("--teal")), "circle-radius": 10 },
    },
    {
      id: "one-sign", type: "symbol", source: "features", filter: one, paint: text,
      layout: { "text-field": tone(SIGNS, ""), "text-font": FONT, "text-size": 15, "text-allow-overlap": true },
    },
    {
      id: "chosen", type: "circle", source: "features", filter: ["==", ["get", "id"], ""],
      paint: { "circle-radius": 15, "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": colour("--tangerine") },
    },
  ];
}

function groundLayers(colour) {
  const layer = (id, type, paint) => ({ id: `ground-${id}`, type, source: "ground", "source-layer": id, paint });
  return [
    layer("earth", "fill", { "fill-color": colour("--paper") }),
    layer("landuse", "fill", { "fill-color": colour("--green-tint"), "fill-opacity": 0.6 }),
    layer("water", "fill", { "fill-color": colour("--teal-tint") }),
    layer("roads", "line", { "line-color": colour("--line"), "line-width": 2 }),
    layer("buildings", "fill", { "fill-color": colour("--line"), "fill-opacity": 0.6 }),
  ];
}

function drawing(name) {
  const sprite = document.querySelector(".wordmark use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

class LinliMap extends HTMLElement {
  static observedAttributes = ["data-features"];

  async connectedCallback() {
    try {
      if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
      const [maplibre, places, features] = await Promise.all([
        load(this.dataset.source),
        geojson(this.dataset.places),
        geojson(this.dataset.features),
      ]);
      await this.draw(maplibre, places, features);
    } catch (problem) {
      console.warn("linli-map:", problem.message);
      this.say("map-missing", this.dataset.sayMissing);
    }
    // A page that renews itself sends `live`; see live.js.
    this.addEventListener("live", () => this.renew());
  }

  disconnectedCallback() {
    this.map?.remove();
  }

  attributeChangedCallback(_name, before) {
    if (before !== null) this.renew();
  }

  async renew() {
    this.map?.getSource("features")?.setData(await geojson(this.dataset.features));
  }

  colour = (token) => getComputedStyle(this).getPropertyValue(token).trim();

  async draw(maplibre, places, features) {
    const ground = document.createElement("div");
    ground.className = "map-ground";
    this.replaceChildren(ground);
    this.whole = bounds(features) ?? bounds(places);
    this.map = new maplibre.Map({
      container: ground,
      style: await this.style(maplibre, places, features),
      ...(this.whole ? { bounds: this.whole, fitBoundsOptions: { padding: 40, maxZoom: 17 } } : SHANGHAI),
      minZoom: 10,
      maxZoom: 20,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: this.dataset.basemap ? { compact: false } : false,
      locale: { "Map.Title": this.getAttribute("aria-label"), "Popup.Close": this.dataset.sayClose },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("load", () => this.setAttribute("data-drawn", ""));
    this.tools();
    if (this.dataset.pick) this.pick(maplibre);
    else this.open(maplibre);
  }

  async style(maplibre, places, features) {
    const sources = {
      places: { type: "geojson", data: places },
      names: { type: "geojson", data: names(places) },
      features: { type: "geojson", data: features, cluster: true, clusterRadius: 32, clusterMaxZoom: 17 },
    };
    const below = [{ id: "paper", type: "background", paint: { "background-color": this.colour("--sunken") } }];
    if (this.dataset.basemap) below.push(...(await this.ground(maplibre, sources)));
    const above = [...placeLayers(this.colour, this.dataset.basemap ? 0.4 : 1), ...featureLayers(this.colour)];
    return { version: 8, sources, layers: [...below, ...above] };
  }

  // The optional ground: pictures, or the fills and lines of a vector archive in the Protomaps schema.
  async ground(maplibre, sources) {
    const pmtiles = await loadArchives(this.dataset.source, maplibre);
    const address = new URL(this.dataset.basemap, location.href).href;
    const { tileType } = await new pmtiles.PMTiles(address).getHeader();
    const vector = tileType === pmtiles.TileType.Mvt;
    sources.ground = { type: vector ? "vector" : "raster", url: `pmtiles://${address}` };
    return vector ? groundLayers(this.colour) : [{ id: "ground", type: "raster", source: "ground" }];
  }

  tools() {
    const bar = document.createElement("div");
    bar.className = "map-tools";
    const add = (icon, words, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = words;
      button.setAttribute("aria-label", words);
      button.append(drawing(icon));
      button.addEventListener("click", act);
      bar.append(button);
    };
    add("plus", this.dataset.sayIn, () => this.map.zoomIn());
    add("minus", this.dataset.sayOut, () => this.map.zoomOut());
    if (this.whole) add("frame", this.dataset.sayAll, () => this.map.fitBounds(this.whole, { padding: 40, maxZoom: 17 }));
    this.append(bar);
  }

  // Looking: a click opens what stands there; the list and the map point at each other.
  open(maplibre) {
    const { map } = this;
    map.on("click", "group", async ({ features: [group] }) => {
      const zoom = await map.getSource("features").getClusterExpansionZoom(group.properties.cluster_id);
      map.easeTo({ center: group.geometry.coordinates, zoom });
    });
    map.on("click", "one", ({ features: [{ geometry, properties }] }) => {
      const words = document.createElement(properties.href ? "a" : "p");
      words.textContent = properties.title;
      if (properties.href) words.href = properties.href;
      new maplibre.Popup({ offset: 12 }).setLngLat(geometry.coordinates).setDOMContent(words).addTo(map);
      this.choose(properties.id);
    });
    for (const layer of ["group", "one"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    const list = this.dataset.list && document.querySelector(this.dataset.list);
    for (const sign of ["mouseover", "focusin"]) {
      list?.addEventListener(sign, (event) => this.choose(event.target.closest("[data-feature]")?.dataset.feature));
    }
  }

  choose(id = "") {
    if (this.map.getLayer("chosen")) this.map.setFilter("chosen", ["==", ["to-string", ["get", "id"]], String(id)]);
  }

  // Choosing a point: a click, or arrow keys and Enter for what stands under the aim in the middle.
  pick(maplibre) {
    const form = this.closest("form");
    const [lon, lat] = this.dataset.pick.split(/\s+/).map((name) => form.elements.namedItem(name));
    const pin = document.createElement("div");
    pin.className = "map-pin";
    pin.append(drawing("pin"));
    const marker = new maplibre.Marker({ element: pin, anchor: "bottom" });
    const put = (point, words) => {
      marker.setLngLat(point).addTo(this.map);
      this.say("map-said", words);
    };
    const take = (point) => {
      lon.value = point.lng.toFixed(6);
      lat.value = point.lat.toFixed(6);
      put(point, this.dataset.sayPicked);
      const detail = { lon: Number(lon.value), lat: Number(lat.value) };
      this.dispatchEvent(new CustomEvent("linli:picked", { bubbles: true, detail }));
    };
    const aim = document.createElement("div");
    aim.className = "map-aim";
    this.append(aim);
    this.map.on("click", (event) => take(event.lngLat));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      take(this.map.getCenter());
    });
    this.say("map-said", this.dataset.sayPick);
    this.start(lon, lat, put);
  }

  start(lon, lat, put) {
    if (lon.value && lat.value) {
      const point = { lng: Number(lon.value), lat: Number(lat.value) };
      this.map.jumpTo({ center: point, zoom: 17 });
      put(point, this.dataset.sayPicked);
    } else if (this.dataset.lon) {
      this.map.jumpTo({ center: [Number(this.dataset.lon), Number(this.dataset.lat)], zoom: 17 });
    }
  }

  say(name, words) {
    let said = this.querySelector(`.${name}`);
    if (!said) {
      said = document.createElement("p");
      said.className = name;
      said.setAttribute("role", "status");
      if (name === "map-missing") this.replaceChildren(said);
      else this.append(said);
    }
    said.textContent = words;
  }
}

customElements.define("linli-map", LinliMap);
