// The course of today inside the band of what is usual. The numbers stand in words beside it.

const ECHARTS = "echarts-6.1.0";

let library;

// The library is a plain script: it puts its name into the window.
function load(source) {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${source}${ECHARTS}/echarts.simple.min.js`;
    script.addEventListener("error", failed);
    script.addEventListener("load", () => done(window.echarts));
    document.head.append(script);
  });
  return library;
}

// A function that draws what it is given; nothing happens where the page has no charts.
export function charts(part, { still }) {
  if (!part) return () => {};
  const drawn = new Map();
  const colour = (token) => getComputedStyle(part).getPropertyValue(token).trim();
  return async (today = {}) => {
    const echarts = await load(part.dataset.source);
    for (const place of part.querySelectorAll("[data-chart]")) {
      const told = today[place.dataset.chart];
      if (!told) continue;
      if (!drawn.has(place)) {
        const made = echarts.init(place, null, { renderer: "canvas" });
        new ResizeObserver(() => made.resize()).observe(place);
        drawn.set(place, made);
      }
      drawn.get(place).setOption(option(told, colour, !still.matches));
      place.dataset.drawn = told.course.at(-1);
    }
  };
}

// The band is a line at its lower edge without ink, and the height above it as an area.
function option({ course, low, high }, colour, animation) {
  const label = { color: colour("--soft"), fontSize: 12 };
  const none = { show: false };
  const band = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  const hours = Array.from({ length: 25 }, (_, hour) => hour);
  const now = course.map((number, index) => [index < course.length - 1 ? index : exact(index), number]);
  return {
    animation,
    grid: { left: 26, right: 6, top: 8, bottom: 18 },
    xAxis: [
      { type: "category", data: hours, boundaryGap: false, axisTick: none, axisLine: { lineStyle: { color: colour("--line") } },
        axisLabel: { ...label, interval: 5 } },
      { type: "value", min: 0, max: 24, show: false },
    ],
    yAxis: { type: "value", minInterval: 1, splitNumber: 2, splitLine: { lineStyle: { color: colour("--line") } }, axisLabel: label },
    series: [
      { ...band, data: low },
      { ...band, data: high.map((number, index) => number - low[index]), areaStyle: { color: colour("--edge"), opacity: 0.35 } },
      { type: "line", xAxisIndex: 1, data: now, symbol: "none", silent: true, lineStyle: { color: colour("--teal"), width: 3 } },
    ],
  };
}

// The last point stands at this minute, which lies between two full hours.
function exact(index) {
  const zone = document.querySelector("[data-zone]").dataset.zone;
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).formatToParts(new Date());
  const [hour, minute] = ["hour", "minute"].map((type) => Number(parts.find((part) => part.type === type).value));
  return Math.max(index - 1, hour + minute / 60);
}
