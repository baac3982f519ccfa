// Minutes that several people write: a row saves itself some seconds after a key, what others write comes in while it stands open,
// and the row says who is writing in it. Reads: section[data-minutes][data-minutes-url][data-version] with one form, in it a
// textarea, [data-minutes-state] (data-words-…) and, drawn anew with each answer, [data-minutes-said].
import { all, ask, hear, on, one, page, parsed, say, tell } from "./dom.js";

const PAUSE = 1500, LONGEST = 6000, AGAIN = 5000;
const kept = new Map();
const area = (row) => one("textarea", row);
const cleaned = (text) => text.replace(/\r\n?/g, "\n").trim();
const rowOf = (element) => element.closest("[data-minutes]");
const rowAt = (ref) => one(`[data-minutes="${CSS.escape(ref)}"]`);
let told = 0;

/** What is known of a row: the server's text and version, and whether that version is the one of what was sent for it. */
function state(row) {
  if (!kept.has(row)) kept.set(row, { known: cleaned(area(row).defaultValue), base: row.dataset.version, own: false, settled: true, timer: 0, since: 0, sending: false, plain: false });
  return kept.get(row);
}

const dirty = (row) => state(row).own || cleaned(area(row).value) !== state(row).known;

on("input", "[data-minutes] textarea", (event, text) => { soon(rowOf(text)); writes(rowOf(text)); });
on("focusout", "[data-minutes] textarea", (event, text) => save(rowOf(text)));
on("submit", "[data-minutes] form", submitted, true);
hear("fact", fact);
hear("poll", () => all("[data-minutes]").forEach(look));
hear("writing", writing);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
addEventListener("beforeunload", (event) => { if (all("[data-minutes]").some((row) => dirty(row) && !state(row).plain)) event.preventDefault(); });
all("[data-minutes]").forEach((row) => dirty(row) && soon(row));

/** Some seconds after the last key, and not much longer after the first that is not saved. */
function soon(row, wait = PAUSE) {
  const own = state(row);
  own.since ||= Date.now();
  clearTimeout(own.timer);
  own.timer = setTimeout(save, Math.max(0, Math.min(wait, own.since + LONGEST - Date.now())), row, true);
}

function submitted(event, form) {
  const row = rowOf(form);
  if (state(row).plain) return;
  event.preventDefault();
  event.stopPropagation();
  save(row, false, true);
}

/** The line that the writer is in is not taken at its word yet. */
function line(text) {
  const before = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const after = text.value.indexOf("\n", text.selectionStart);
  return text.value.slice(before, after < 0 ? undefined : after);
}

async function save(row, typing = false, asked = false) {
  const own = state(row), text = area(row), sent = text.value;
  if (own.sending) return soon(row);
  clearTimeout(own.timer);
  own.since = 0;
  if (!dirty(row) && (own.settled || typing) && !asked) return;
  own.sending = true;
  note(row, "saving");
  const inside = typing && document.activeElement === text;
  const answer = await ask(row.dataset.minutesUrl, { method: "POST", body: fields(own, sent, inside ? line(text) : null) }).catch(() => null);
  own.sending = false;
  if (!answer || answer.status >= 500) return failed(row);
  if (!answer.ok) { own.plain = true; return one("form", row).requestSubmit(); }
  own.settled = !inside;
  take(row, parsed(await answer.text()).firstElementChild, sent);
  note(row, "saved");
}

function fields(own, text, typing) {
  const body = new URLSearchParams({ text, base: own.base, live: "1" });
  if (own.own) body.set("own", "1");
  if (typing !== null) body.set("typing", typing);
  return body;
}

function failed(row) {
  note(row, "failed");
  say(one("[data-minutes-state]", row).dataset.wordsFailed);
  setTimeout(() => row.isConnected && save(row), AGAIN);
}

/** A row as the server has it now. What was typed since it was asked stays, and builds on what was sent. */
function take(row, fresh, sent) {
  const own = state(row), text = area(row), got = one("textarea", fresh).value;
  own.base = row.dataset.version = one("input[name=base]", row).value = fresh.dataset.version;
  own.own = text.value !== sent;
  own.known = got;
  if (own.own) soon(row);
  else if (cleaned(sent) !== got) put(text, got);
  one("[data-minutes-said]", row).replaceWith(one("[data-minutes-said]", fresh));
  tell("drawn");
}

/** Other words in a field that somebody may be in: the cursor stays where it was among them. */
function put(text, words) {
  const old = text.value, { selectionStart, selectionEnd, scrollTop } = text;
  let head = 0, tail = 0;
  const most = Math.min(old.length, words.length);
  while (head < most && old[head] === words[head]) head++;
  while (tail < most - head && old.at(-1 - tail) === words.at(-1 - tail)) tail++;
  const place = (at) => (at <= head ? at : at >= old.length - tail ? at + words.length - old.length : Math.min(at, words.length - tail));
  text.value = words;
  if (document.activeElement === text) text.setSelectionRange(place(selectionStart), place(selectionEnd));
  text.scrollTop = scrollTop;
}

function fact(f) {
  if (f.verb === "calendar.minutes_approved" && f.root === page.root && !all("[data-minutes]").some(dirty)) return location.reload();
  const row = f.verb === "calendar.minuted" && rowAt(f.ref);
  if (row) setTimeout(look, 200, row);
}

/** What others wrote: taken over where nothing of ours is unsaved, else our own is saved, and comes back with theirs. */
async function look(row) {
  const own = state(row);
  if (own.sending) return setTimeout(look, 500, row);
  const sent = area(row).value;
  const answer = await ask(`${row.dataset.minutesUrl}?fragment=1`).catch(() => null);
  const fresh = answer?.ok && parsed(await answer.text()).firstElementChild;
  if (!fresh || own.sending || fresh.dataset.version === String(own.base)) return;
  if (dirty(row) || area(row).value !== sent) return soon(row, 0);
  take(row, fresh, sent);
  one("[data-minutes-state]", row).replaceChildren(...one("[data-minutes-state]", fresh).childNodes);
}

function leave() {
  for (const row of all("[data-minutes]")) {
    const own = state(row);
    if ((dirty(row) || !own.settled) && !own.sending) ask(row.dataset.minutesUrl, { method: "POST", body: fields(own, area(row).value, null), keepalive: true }).catch(() => {});
  }
}

function note(row, word) {
  const place = one("[data-minutes-state]", row);
  place.textContent = place.dataset["words" + word[0].toUpperCase() + word.slice(1)];
}

function writes(row) {
  if (Date.now() - told < 3000) return;
  told = Date.now();
  tell("typing", { root: page.root, place: row.dataset.minutes });
}

/** Who writes in the same row, said for five seconds. */
function writing({ root, name, place }) {
  const row = root === page.root && place && rowAt(place);
  const words = row && one("[data-minutes-state]", row);
  if (!words) return;
  words.textContent = words.dataset.wordsWriting.replace("{a}", name);
  setTimeout(() => { if (words.textContent.includes(name)) words.textContent = ""; }, 5000);
}
