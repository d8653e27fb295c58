// "I am standing there": the outlines of the buildings come to the phone, and it finds the nearest ones by itself.
// The position is used here, once, and sent nowhere.

const NEAR = 80; // metres; indoors a phone is often wrong by that much
const MOST = 3;
const METRES = 111_195; // of one degree of latitude

const box = document.querySelector("[data-locate]");
const button = box.querySelector("button");
const said = box.querySelector("[role=status]");

// Corners in metres from where the phone is.
function corners(ring, { longitude, latitude }) {
  const across = METRES * Math.cos((latitude * Math.PI) / 180);
  return ring.map(([lon, lat]) => [(lon - longitude) * across, (lat - latitude) * METRES]);
}

function toSegment([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(ax + along * dx, ay + along * dy);
}

function distance(geometry, here) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return Math.min(...polygons.map(([outline]) => toOutline(corners(outline, here))));
}

function toOutline(ring) {
  let inside = false;
  let nearest = Infinity;
  for (let i = 1; i < ring.length; i += 1) {
    const [a, b] = [ring[i - 1], ring[i]];
    nearest = Math.min(nearest, toSegment(a, b));
    if (a[1] > 0 !== b[1] > 0 && a[0] + ((b[0] - a[0]) * -a[1]) / (b[1] - a[1]) > 0) inside = !inside;
  }
  return inside ? 0 : nearest;
}

const position = () =>
  new Promise((found, failed) =>
    navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), failed, { timeout: 15_000, maximumAge: 60_000 }),
  );

async function nearest() {
  const [here, response] = await Promise.all([position(), fetch(box.dataset.locate)]);
  const { features } = await response.json();
  const estates = features.filter(({ properties }) => properties.kind === "estate");
  return features
    .filter(({ properties }) => properties.kind === "building")
    .map((building) => ({ ...building.properties, metres: distance(building.geometry, here) }))
    .filter(({ metres }) => metres <= NEAR)
    .sort((one, other) => one.metres - other.metres)
    .slice(0, MOST)
    .map(({ path, title }) => ({ path, title: `${estateOf(path, estates)} ${title}` }));
}

const estateOf = (path, estates) => estates.find(({ properties }) => path.startsWith(properties.path))?.properties.title ?? "";

function offer(buildings) {
  said.textContent = buildings.length ? box.dataset.sayFound : box.dataset.sayNowhere;
  box.querySelector(".near-buildings")?.remove();
  const list = document.createElement("ul");
  list.className = "near-buildings";
  for (const { path, title } of buildings) {
    const link = document.createElement("a");
    link.className = "button button-quiet";
    link.href = `${box.dataset.next}?${new URLSearchParams({ in: path })}`;
    link.textContent = title;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  if (buildings.length) box.append(list);
}

if ("geolocation" in navigator) {
  box.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = box.dataset.sayLooking;
    try {
      offer(await nearest());
    } catch {
      said.textContent = box.dataset.sayDenied;
    }
  });
}
