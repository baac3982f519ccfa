// One discussion: new replies wait behind a line (or appear when the reader is at the end), the place read is kept,
// and who is writing is said. Reads: body[data-root], [data-new-replies], [data-number], [data-read], [data-writing].
import { all, ask, fragment, hear, on, one, page, parsed, say, tell, withQuery, words } from "./dom.js";
import { wanted } from "./feed.js";

let waiting = 0;
let typed = 0;
let seen = 0;
let sending = 0;
const timers = new Map();
const writers = new Map();
const line = () => one("[data-new-replies]");
const list = () => one(line().dataset.list);
const highest = () => Math.max(0, ...all("[data-number]").map((post) => Number(post.dataset.number)));

export function start() {
  hear("drawn", watch);
  watch();
  if (!page.root) return;
  hear("fact", replied);
  hear("fact", returned);
  hear("poll", () => line() && !line().dataset.latest && look());
  on("click", "[data-new-replies] button", () => (line().dataset.latest ? location.assign(line().dataset.latest) : show(true)));
  on("input", "form[data-draft] textarea", typing);
  hear("writing", writing);
}

function replied(f) {
  if (f.root !== page.root || !line() || !wanted(line(), f.verb, "board.replied")) return;
  if (one(`[data-ref="${CSS.escape(f.ref)}"], form[data-sending]`)) return; // shown already, or our own on its way
  if (atEnd() && !line().dataset.latest) return show(false);
  count(waiting + 1);
}

/** A post that was out of sight is put back where it stood, if this page is where it stands. */
async function returned(f) {
  const place = `[data-number][data-ref="${CSS.escape(f.ref)}"]`;
  if (f.verb !== "thing.hidden" || f.root !== page.root || one(place)) return;
  const answer = await ask(location.href).catch(() => null);
  const post = answer?.ok && one(place, parsed(await answer.text()));
  if (!post || one(place)) return;
  const next = all("[data-number]").find((shown) => Number(shown.dataset.number) > Number(post.dataset.number));
  if (next) next.before(post);
  else all("[data-number]").at(-1)?.after(post);
  tell("drawn");
}

function count(n) {
  waiting = n;
  line().hidden = !n;
  const text = words(line(), n);
  one("span", line()).textContent = text;
  if (n === 1) say(text);
}

/** The reader is at the end when the last post's end is on the screen. */
function atEnd() {
  const end = list()?.lastElementChild?.getBoundingClientRect().bottom;
  return end !== undefined && end <= innerHeight + 24;
}

const replies = async () => (await fragment(withQuery(line().dataset.url, { after: highest() })))
  .filter((post) => post.dataset.number && !one(`[data-number="${post.dataset.number}"]`));

async function show(chosen) {
  const posts = await replies().catch(() => null);
  if (!posts) return chosen ? location.reload() : count(waiting + 1);
  count(0);
  list().append(...posts);
  tell("drawn");
  if (!chosen || !posts[0]) return;
  posts[0].tabIndex = -1;
  posts[0].focus();
}

async function look() {
  const posts = await replies().catch(() => []);
  if (posts.length) count(posts.length);
}

// The place read: a post that was on the screen for one second.
const eye = window.IntersectionObserver && new IntersectionObserver((entries) => {
  for (const { target, isIntersecting, intersectionRatio, intersectionRect } of entries) {
    clearTimeout(timers.get(target));
    if (isIntersecting && (intersectionRatio >= .5 || intersectionRect.height >= innerHeight / 2)) timers.set(target, setTimeout(read, 1000, target));
  }
}, { threshold: [0, .25, .5, 1] });

const watch = () => one("[data-read]") && eye && all("[data-number]").forEach((post) => eye.observe(post));

function read(post) {
  const number = Number(post.dataset.number);
  const place = one("[data-read]");
  if (!place || number <= Math.max(seen, Number(place.dataset.readUpTo ?? 0))) return;
  seen = number;
  clearTimeout(sending);
  sending = setTimeout(() => ask(place.dataset.read, { method: "POST", body: new URLSearchParams({ number: seen }), keepalive: true }).catch(() => {}), 300);
}

function typing() {
  if (Date.now() - typed < 3000) return;
  typed = Date.now();
  tell("typing", { root: page.root });
}

/** At most two names, said after one second, forgotten five seconds after the last sign. */
function writing({ root, name }) {
  if (root !== page.root || !one("[data-writing]")) return;
  clearTimeout(writers.get(name));
  const fresh = !writers.has(name);
  writers.set(name, setTimeout(() => { writers.delete(name); write(); }, 5000));
  if (fresh) setTimeout(write, 1000);
}

function write() {
  const place = one("[data-writing]");
  const [a, b] = writers.keys();
  place.hidden = !a;
  place.textContent = !a ? "" : (b ? place.dataset.two : place.dataset.one).replace("{a}", a).replace("{b}", b ?? "");
}
