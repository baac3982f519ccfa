// The newsfeed: what comes is counted into the pill and put in at the top when the reader asks for it.
// Reads: [data-pill][data-url][data-verbs][data-words-*], [data-feed], [data-fact].
import { all, fragment, hear, on, one, page, tell, withQuery, words } from "./dom.js";
import { heard } from "./live.js";

let since = Number(page.last);
let waiting = 0;
let announced = 0;
const pill = () => one("[data-pill]");
const known = (id) => one(`[data-fact="${id}"]`);

export function start() {
  hear("fact", (f) => { if (pill() && wanted(pill(), f.verb) && !known(f.id)) count(waiting + 1); });
  hear("poll", look);
  on("click", "[data-pill] a", (event) => { event.preventDefault(); take(); });
}

export function wanted(element, verb, standard = "") {
  const verbs = element.dataset.verbs ?? standard;
  return !verbs || verbs.split(" ").includes(verb);
}

/** The pill says how many wait; it is read out at most once a minute. */
function count(n) {
  const box = pill();
  const quiet = Date.now() - announced < 60000;
  if (!quiet && n) announced = Date.now();
  waiting = n;
  box.setAttribute("aria-live", quiet ? "off" : "polite");
  box.hidden = !n;
  one("span", box).textContent = words(box, n);
}

const fresh = async () => (await fragment(withQuery(pill().dataset.url, { since }))).filter((item) => item.dataset.fact && !known(item.dataset.fact));

async function look() {
  if (!pill()) return;
  const items = await fresh().catch(() => []);
  if (items.length) count(items.length);
}

async function take() {
  const upto = heard();
  let items;
  try { items = await fresh(); } catch { return location.assign("/"); }
  since = Math.max(since, upto || 0, ...items.map((item) => Number(item.dataset.fact)));
  count(0);
  one("[data-feed]").prepend(...items);
  tell("drawn");
  const first = items[0] ?? one("[data-feed]").firstElementChild;
  if (!first) return;
  first.tabIndex = -1;
  first.focus();
}
