// The socket: connects after the first paint, tells the page what came, and shows its state.
// Reads: body[data-last], body[data-root], #app[data-socket], [data-live-state], [data-here], [data-ref][data-url].
// Tells the document: "fact", "writing", "poll" (every 30 s while there is no socket). Hears: "typing".
import { all, app, hear, lang, one, page, refresh, tell } from "./dom.js";

let last = Number(page.last);
let socket = null;
let slow = 0;
let state = "";
const BURST = 300;
const drawing = new Set();
const shapes = { secretariat: "sec" };

export function start() {
  if (!app.socket || page.last === undefined) return;
  setInterval(() => { if (!socket?.connected && navigator.onLine) tell("poll"); }, 30000);
  addEventListener("offline", () => show("off"));
  addEventListener("online", () => socket?.connect());
  hear("drawn", () => show());
  hear("typing", (where) => socket?.connected && socket.emit("writing", where));
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}

const later = () => (window.requestIdleCallback ?? setTimeout)(connect);

async function connect() {
  try {
    const { io } = await import(app.socket);
    socket = io({ transports: ["websocket"], auth: (give) => give({ after: last }) });
    listen(socket);
  } catch {
    show("off");
  }
}

function listen(socket) {
  socket.on("connect", () => settle("live"));
  socket.on("ready", () => { settle("live"); if (page.root) socket.emit("here", { root: page.root }); });
  socket.on("fact", fact);
  socket.on("gone", ({ refs }) => gone(refs));
  socket.on("reload", () => location.reload());
  socket.on("presence", presence);
  socket.on("writing", (who) => tell("writing", who));
  socket.on("connect_error", () => { wait(); if (!socket.active) setTimeout(() => socket.connect(), 5000); });
  socket.on("disconnect", (why) => { wait(); if (why === "io server disconnect") setTimeout(() => socket.connect(), 1000); });
}

function fact(f) {
  if (!(f.id > last)) return;
  last = f.id;
  tell("fact", f);
  for (const ref of new Set([f.ref, f.root])) for (const element of all(`[data-ref="${CSS.escape(ref)}"][data-url]`)) {
    if ((element.dataset.verbs ?? f.verb).split(" ").includes(f.verb)) soon(element, f.verb === "thing.hidden" ? 0 : BURST);
  }
}

/** A burst of facts about one thing draws it anew once; what was taken out of sight waits for no burst. */
function soon(element, wait) {
  if (drawing.has(element)) return;
  drawing.add(element);
  setTimeout(() => { drawing.delete(element); if (element.isConnected) refresh(element).catch(() => {}); }, wait);
}

const PLACES = { thread: "/discussions/", update: "/updates/", space: "/groups/", document: "/library/", conversation: "/messages/", post: "" };

function gone(refs) {
  if (refs.includes(page.root)) return location.reload();
  for (const ref of refs) {
    for (const element of all(`[data-ref="${CSS.escape(ref)}"]`)) element.remove();
    const [kind, number] = ref.split(":");
    if (PLACES[kind]) forget(PLACES[kind] + number);
  }
}

/** Lines that only name what is gone (a list beside the page, a hit of a search, part of a merged item) go too. */
function forget(path) {
  const ends = ["", "-", "/", "?", "#"].map((end) => end ? `a[href^="${path}${end}"]` : `a[href="${path}"]`);
  for (const link of all(ends.join(","))) (link.closest("li, tr, article") ?? link).remove();
}

/** Reconnecting is said after 3 seconds only: most gaps are shorter. */
function wait() {
  if (!slow) slow = setTimeout(() => show(navigator.onLine ? "wait" : "off"), 3000);
}

function settle(state) {
  clearTimeout(slow);
  slow = 0;
  show(state);
}

function show(now = state) {
  state = now;
  if (!state) return;
  for (const sign of all("[data-live-state]")) {
    sign.hidden = false;
    sign.classList.toggle("live--wait", state === "wait");
    sign.classList.toggle("live--off", state === "off");
    const word = one("[data-live-word]", sign) ?? sign;
    if (word.textContent !== sign.dataset[state]) word.textContent = sign.dataset[state];
  }
}

function presence({ root, people }) {
  const box = one(`[data-here="${CSS.escape(root)}"]`);
  if (!box) return;
  box.hidden = !people.length;
  one("[data-here-marks]", box).replaceChildren(...people.filter((who) => who.code).slice(0, 8).map((who) => mark(box, who)));
  one("[data-here-names]", box).textContent = new Intl.ListFormat(lang, { type: "unit" }).format(people.slice(0, 8).map((who) => who.name));
}

function mark(box, { kind, code }) {
  const sign = one("template[data-here-mark]", box).content.firstElementChild.cloneNode(true);
  sign.classList.add("mark--" + (shapes[kind] ?? kind));
  sign.textContent = code;
  return sign;
}

export const heard = () => last;
