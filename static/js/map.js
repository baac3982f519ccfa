// The map of members comes alive: pan, zoom, plates that count and part, a card on choosing; all by keyboard too.
// The server drew the same map with links ([data-map]); it stays when the points cannot be fetched.
import L from "leaflet";
import "leaflet.markercluster";
import { all, ask, fragment, lang, one, say, words } from "./dom.js";

const KINDS = ["city", "chair", "partner", "secretariat", "event", "practice"];
const asks = (kind) => (KINDS[kind] === "event" || KINDS[kind] === "practice" ? KINDS[kind] : "id"); // how the card is asked for
const MOST_ZOOM = 7, NEAR = 38, APART = 56, MOST_CARDS = 60, FINE_FROM = 4, FINE = 4; // a fine tile is a quarter of a unit
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const frame = one("[data-map]");
const SVG = one("[data-map-plain]")?.namespaceURI;
let map, group, card, chosen;

const numbers = (name) => frame.dataset[name].split(" ").map(Number);
const bounds = ([x, y, width, height]) => [[-y - height, x], [-y, x + width]];

async function start() {
  const [{ pins }, land] = await Promise.all([read(frame.dataset.points), read(frame.dataset.land)]);
  build();
  draw(land);
  group.addLayers(pins.map(marker));
  map.addLayer(group);
}

async function read(url) {
  const answer = await ask(url);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Put the living map where the drawing was. */
function build() {
  const plain = one("[data-map-plain]", frame), place = document.createElement("div");
  place.className = "map__live";
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", plain.getAttribute("aria-label"));
  plain.replaceWith(place);
  card = one("[data-map-card]", frame);
  map = L.map(place, {
    crs: L.CRS.Simple, attributionControl: false, zoomControl: false, scrollWheelZoom: false, maxZoom: MOST_ZOOM, minZoom: -1, zoomSnap: .25, zoomDelta: 1,
    maxBounds: bounds(numbers("world")), maxBoundsViscosity: 1, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
  });
  map.fitBounds(bounds(numbers("view")), { animate: false });
  map.setMinZoom(Math.floor(Math.min(map.getZoom(), map.getBoundsZoom(bounds(numbers("world")))))); // whole: markercluster leaves pins out else
  map.on("layeradd", ({ layer }) => layer instanceof L.Marker && named(layer));
  group = L.markerClusterGroup({
    maxClusterRadius: APART, zoomToBoundsOnClick: false, spiderfyOnMaxZoom: false, showCoverageOnHover: false, animate: !calm, iconCreateFunction: plate,
  });
  group.on("click", ({ layer }) => show(layer));
  group.on("clusterclick", ({ layer }) => open(layer));
  group.on("keydown", (event) => pressed(event, () => show(event.propagatedFrom, true)));
  group.on("clusterkeydown", (event) => pressed(event, () => open(event.propagatedFrom, true)));
  frame.addEventListener("click", zoomed);
  frame.addEventListener("keydown", (event) => event.key === "Escape" && close());
  frame.classList.add("map--live");
  for (const tool of all("[data-zoom], [data-map-close]", frame)) tool.hidden = false;
}

function pressed({ originalEvent }, act) {
  if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
  originalEvent.preventDefault();
  act();
}

function zoomed({ target }) {
  const tool = target.closest("[data-zoom]");
  if (tool) map.zoomIn(Number(tool.dataset.zoom));
  if (target.closest("[data-map-close]")) close();
}

/** The land in two sizes of tiles: the finer one where it is close. */
function draw(land) {
  const layers = [[land.coarse, 1], [land.fine, FINE]].map(([d, tiles]) => L.svgOverlay(drawing(d, tiles), bounds(numbers("world"))));
  const change = () => {
    const fine = map.getZoom() >= FINE_FROM;
    map.removeLayer(layers[fine ? 0 : 1]).addLayer(layers[fine ? 1 : 0]);
  };
  map.on("zoomend", change);
  change();
}

function drawing(d, tiles) {
  const svg = svgs("svg", { viewBox: frame.dataset.world, "aria-hidden": "true" });
  svg.append(svgs("path", { class: "land", d, transform: `scale(${1 / tiles}) translate(.11 .5)` }));
  return svg;
}

function svgs(name, values) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
}

function marker([id, x, y, kind, label]) {
  const html = one(`[data-kind=${KINDS[kind]}]`, one("[data-map-pins]", frame).content).cloneNode(true);
  return L.marker([-y, x], { icon: L.divIcon({ html, className: "map__pin", iconSize: [28, 28] }), id, kind, label, title: label });
}

/** A plate counts its members; its ring shows how many are of each kind. */
function plate(cluster) {
  const inside = cluster.getAllChildMarkers(), html = one("[data-map-plate]", frame).content.firstElementChild.cloneNode(true);
  let from = 0;
  KINDS.forEach((kind, n) => {
    const share = inside.filter((one) => one.options.kind === n).length / inside.length * 100;
    const arc = one(`.ring--${kind}`, html);
    arc.setAttribute("stroke-dasharray", `${share} ${100 - share}`);
    arc.setAttribute("stroke-dashoffset", -from);
    from += share;
  });
  one("text", html).textContent = new Intl.NumberFormat(lang).format(inside.length);
  return L.divIcon({ html, className: "map__plate", iconSize: [34, 34] });
}

/** Say what a pin or plate is to who does not see it. */
function named(layer) {
  const icon = layer.getElement();
  if (!icon) return;
  icon.setAttribute("aria-label", layer.options.label ?? words(frame, layer.getChildCount()));
  if (layer === chosen) mark(layer, true);
}

/** Part a plate by zooming; members who stand on one spot are shown as a list. */
function open(cluster, byKey) {
  const inside = cluster.getAllChildMarkers(), around = cluster.getBounds();
  const zoom = Math.min(MOST_ZOOM, Math.max(map.getBoundsZoom(around.pad(.3)), map.getZoom() + 1));
  const spread = map.project(around.getNorthEast(), MOST_ZOOM).distanceTo(map.project(around.getSouthWest(), MOST_ZOOM));
  if (spread < NEAR || map.getZoom() >= MOST_ZOOM) return tell(inside, cluster, byKey);
  close();
  if (byKey) map.once("moveend", () => setTimeout(() => focusOn(inside[0]), calm ? 0 : 350));
  map.setView(around.getCenter(), zoom);
}

/** Keep the keyboard's place after a plate parted, unless something was chosen meanwhile. */
function focusOn(pin) {
  if (!card.hidden) return;
  (group.getVisibleParent(pin)?.getElement() ?? map.getContainer()).focus();
}

const show = (pin, byKey) => tell([pin], pin, byKey);

/** Fetch the cards of some members and show them on the map; their cards in the list are marked. */
async function tell(pins, from, byKey) {
  const query = pins.slice(0, MOST_CARDS).map(({ options }) => `${asks(options.kind)}=${options.id}`).join("&");
  try {
    const parts = await fragment(`${frame.dataset.cards}?${query}`);
    unmark();
    chosen = from;
    mark(from, true);
    one("[data-map-words]", card).replaceChildren(...parts);
  } catch {
    say(frame.dataset.unread);
    return;
  }
  card.hidden = false;
  for (const pin of pins) document.getElementById(`${{ id: "m", event: "e", practice: "p" }[asks(pin.options.kind)]}-${pin.options.id}`)?.classList.add("is-on");
  if (byKey) card.focus();
}

function mark(layer, on) {
  layer?.getElement()?.classList.toggle("is-on", on);
}

function unmark() {
  mark(chosen, false);
  for (const listed of all(".card.is-on, .rows > .is-on")) listed.classList.remove("is-on");
}

function close() {
  if (card.hidden) return;
  const within = card.contains(document.activeElement), from = chosen;
  unmark();
  chosen = null;
  card.hidden = true;
  if (within) (from.getElement() ?? map.getContainer()).focus();
}

if (frame) start().catch(() => {});
