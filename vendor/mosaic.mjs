// Draws the land as square tiles on an Equal Earth grid (equal areas, no borders) and writes app/atlas/land.json, and for
// the script of the map static/land.json: the same rows as lines to draw.
// Run by bin/vendor. Land: Natural Earth, public domain, from the locked package world-atlas.
// Parallels are straight lines in this projection, so a row of tiles has one latitude: its land lies between the
// places where the outlines cross that latitude.
import { readFileSync, writeFileSync } from "node:fs";

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2, RADIANS = Math.PI / 180;
const MIDDLE = 11; // the meridian in the middle: Bering Strait at the edge, no country cut
const SOUTH = -56, NORTH = 83.5; // without Antarctica, where no member can be
const WIDTH = 180; // units of the whole world's width; a coarse tile is one unit
const GRIDS = { coarse: { file: "land-110m", tiles: 1 }, fine: { file: "land-50m", tiles: 4 } };

const bend = (t) => A1 + 3 * A2 * t ** 2 + t ** 6 * (7 * A3 + 9 * A4 * t ** 2);
const height = (t) => t * (A1 + A2 * t ** 2 + t ** 6 * (A3 + A4 * t ** 2));
const slope = (latitude) => Math.asin(M * Math.sin(latitude * RADIANS));
const TOP = height(slope(90)), SIDE = Math.PI / (M * A1), SCALE = WIDTH / (2 * SIDE);
const across = (latitude) => (TOP - height(slope(latitude))) * SCALE; // units from the pole

/** The slope parameter and latitude of a height, by Newton's method. */
function latitudeAt(units) {
  const y = TOP - units / SCALE;
  let t = y / A1;
  for (let n = 0; n < 12; n++) t -= (height(t) - y) / bend(t);
  return [t, Math.asin(Math.sin(t) / M) / RADIANS];
}

/** The outlines of the land as lists of points. */
function rings(file) {
  const { arcs, transform: { scale, translate }, objects } = JSON.parse(readFileSync(`node_modules/world-atlas/${file}.json`, "utf8"));
  const lines = arcs.map((arc) => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => { x += dx; y += dy; return [x * scale[0] + translate[0], y * scale[1] + translate[1]]; });
  });
  const ring = (numbers) => numbers.flatMap((n) => (n < 0 ? [...lines[~n]].reverse() : lines[n]).slice(0, -1));
  return objects.land.geometries.flatMap((shape) => (shape.type === "Polygon" ? [shape.arcs] : shape.arcs)).flat().map(ring);
}

/** The longitudes at which outlines cross a latitude, in order: land lies between the first and second, and so on. */
function crossings(outlines, latitude) {
  const found = [];
  for (const points of outlines) {
    points.forEach(([x1, y1], n) => {
      const [x2, y2] = points[(n + 1) % points.length];
      if ((y1 > latitude) !== (y2 > latitude)) found.push(x1 + (latitude - y1) / (y2 - y1) * (x2 - x1));
    });
  }
  return found.sort((a, b) => a - b);
}

/** One row of tiles as runs: first tile, number of tiles, first tile … */
function row(outlines, top, size) {
  const [t, latitude] = latitudeAt(top + size / 2), edges = crossings(outlines, latitude), runs = [];
  for (let column = 0; column < WIDTH / size; column++) {
    const x = ((column + .5) * size / SCALE - SIDE) * M * bend(t) / Math.cos(t) / RADIANS;
    if (Math.abs(x) > 180) continue;
    const longitude = (x + MIDDLE + 540) % 360 - 180;
    if (edges.filter((edge) => edge < longitude).length % 2 === 0) continue;
    if (runs.length && runs.at(-2) + runs.at(-1) === column) runs[runs.length - 1]++;
    else runs.push(column, 1);
  }
  return runs;
}

const line = (runs, n) => runs.map((start, i) => (i % 2 ? "" : `${i ? `m${start - runs[i - 2] - runs[i - 1]} 0` : `M${start} ${n}`}h${runs[i + 1]}`)).join("");

export function mosaic(path, drawn) {
  const first = Math.floor(across(NORTH)), last = Math.ceil(across(SOUTH)), grids = {};
  for (const [name, { file, tiles }] of Object.entries(GRIDS)) {
    const outlines = rings(file), size = 1 / tiles;
    grids[name] = { tiles, rows: Array.from({ length: (last - first) * tiles }, (_, n) => row(outlines, first + n * size, size)) };
  }
  writeFileSync(path, JSON.stringify({ width: WIDTH, middle: MIDDLE, top: first, bottom: last, ...grids }) + "\n");
  writeFileSync(drawn, JSON.stringify(Object.fromEntries(Object.entries(grids).map(([name, { rows }]) => [name, rows.map(line).join("")]))) + "\n");
}
