// Files go to the server in pieces, one after the other; a lost line or a closed tab costs one piece. Loaded by pages with [data-upload].
// Reads: [data-upload] (data-batch, data-document, data-purpose, data-one, data-piece, data-most, data-endings, data-units, data-words-…), in it input[type=file],
// [data-folder], [data-folder-input], .drop, [data-files], [data-row] (data-key, data-print), [data-name], [data-note], [data-stop], templates.
import { all, ask, hear, lang, on, one, say } from "./dom.js";

const LONGEST = 30000, QUIET = 10000; // between two tries; between two things said
const jobs = []; // of this visit, in their order
let box, list, form, about, running = false, wanted, said = { at: 0, step: 0 };

const put = (words, values) => words.replace(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark);
const print = ({ name, size, lastModified }) => [size, lastModified, name].join("-").slice(0, 80);
const note = (job, text, bad) => {
  const place = one("[data-note]", job.row);
  place.textContent = text;
  place.className = bad ? "err" : "note";
};

/** A size as the server says it. */
function size(bytes) {
  const units = about.units.split(" "), power = bytes < 2 ** 20 ? 1 : bytes < 2 ** 30 ? 2 : 3;
  const digits = { maximumFractionDigits: power > 1 ? 1 : 0 };
  return `${new Intl.NumberFormat(lang, digits).format(Math.max(bytes / 1024 ** power, power > 1 ? 0 : 1))} ${units[power - 1]}`;
}

// --- choosing -------------------------------------------------------------------------------------------------

on("change", "[data-upload] input[type=file]", (event, input) => {
  take([...input.files].map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") })));
  input.value = ""; // the form sends keys, no files
});
on("click", "[data-folder]", () => one("[data-folder-input]", box).click());
on("click", "[data-upload] [data-stop]", (event, button) => {
  event.preventDefault();
  stop(button.closest("[data-row]"));
});

for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, "[data-upload] .drop", (event, drop) => {
    event.preventDefault();
    drop.classList.toggle("is-over", type === "dragover");
    if (type === "drop") dropped(event.dataTransfer).then(take);
  });
}

/** All files that were dropped, those in folders too. */
async function dropped({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...files].map((file) => ({ file, folder: "" }));
  return (await Promise.all(entries.map((entry) => inside(entry, "")))).flat();
}

async function inside(entry, folder) {
  if (entry.isFile) return [{ folder, file: await new Promise((good, bad) => entry.file(good, bad)) }];
  const reader = entry.createReader(), found = [];
  for (let some; (some = await new Promise((good, bad) => reader.readEntries(good, bad))).length;) found.push(...some);
  const within = folder ? `${folder}/${entry.name}` : entry.name;
  return (await Promise.all(found.map((other) => inside(other, within)))).flat();
}

function take(found) {
  for (const { file, folder } of "one" in about ? found.slice(0, 1) : found) {
    if ("one" in about) all("[data-row]", list).forEach(stop);
    const mark = print(file);
    const known = all("[data-row][data-print]", list).find((row) => row.dataset.print === mark && !jobs.some((job) => job.row === row && !job.ended));
    const job = { file, folder, mark, got: 0, row: known ?? drawn(file, folder) };
    jobs.push(job);
    const wrong = refused(file);
    if (wrong) end(job, put(wrong, { name: file.name }), true);
    else note(job, put(about.wordsWaits, { size: size(file.size) }));
  }
  run();
}

function refused({ name, size }) {
  if (!about.endings.split(" ").includes(name.split(".").pop().toLowerCase())) return about.wordsType;
  return size > Number(about.most) ? about.wordsLarge : size ? "" : about.wordsEmpty;
}

function drawn({ name }, folder) {
  const row = one("[data-new-row]", box).content.firstElementChild.cloneNode(true);
  one("[data-name]", row).textContent = folder ? `${folder}/${name}` : name;
  one(".filetile", row).textContent = name.split(".").pop().slice(0, 4).toUpperCase();
  one("progress", row).setAttribute("aria-label", put(about.wordsBar, { name }));
  one("[data-stop]", row).setAttribute("aria-label", put(about.wordsStop, { name }));
  list.append(row);
  return row;
}

// --- sending --------------------------------------------------------------------------------------------------

async function run() {
  if (running) return;
  running = true;
  for (let job; (job = jobs.find(({ ended }) => !ended));) await send(job).catch(() => end(job, about.wordsFailed, true));
  running = false;
  const came = jobs.some(({ whole }) => whole), go = came && form && one("[data-go]", form);
  if (came) say(about.wordsDone);
  if (wanted || go) form.requestSubmit(wanted?.button ?? go ?? undefined);
  wanted = null;
}

/** Announce a file, then send its pieces until the server has them all. */
async function send(job) {
  const { file, folder, mark } = job;
  let state = await tried(job, "", { name: file.name, size: file.size, print: mark, folder, batch: about.batch, document: about.document ?? "", purpose: about.purpose ?? "", organisation: form?.elements.organisation?.value ?? "" });
  if (!state) return;
  about.batch = state.batch;
  job.row.dataset.key = state.key;
  while (state && state.state === "open" && !job.ended) {
    shown(job, state.got);
    const piece = file.slice(state.got, state.got + Number(about.piece));
    state = await tried(job, `/${state.key}`, { offset: state.got, piece, sum: await sum(piece) });
  }
  if (!state || job.ended) return;
  job.whole = state.state === "whole";
  end(job, state.why || put(about.wordsWhole, { size: size(file.size) }), !job.whole);
  shown(job, file.size);
}

/** Send until there is an answer that trying again does not change; the server's state, or nothing when it is over. */
async function tried(job, path, values) {
  for (let wait = 1000; !job.ended; wait = Math.min(2 * wait, LONGEST)) {
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    job.cut = new AbortController();
    const answer = await ask(about.upload + path, { method: "POST", body, signal: job.cut.signal }).catch(() => null);
    if (job.ended) return null;
    if (answer?.ok) return answer.json();
    if (answer?.status === 409) { // something came already, or another tab is at it
      const state = await answer.json();
      if (state.got !== values.offset) return state;
    } else if (answer && ![408, 429].includes(answer.status) && answer.status < 500) {
      return void end(job, answer.status === 401 ? about.wordsOut : (await answer.json().catch(() => ({}))).why || about.wordsFailed, true);
    }
    note(job, put(about.wordsAgain, { got: size(job.got), size: size(job.file.size) }));
    await new Promise((go) => { setTimeout(go, wait); addEventListener("online", go, { once: true }); });
  }
  return null;
}

/** The hash of a piece, where the browser gives one: a line that changes bytes is found out. */
async function sum(piece) {
  if (!crypto.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function shown(job, got) {
  job.got = got;
  const bar = one("progress", job.row);
  if (bar) [bar.max, bar.value] = [job.file.size, got];
  if (!job.ended) note(job, put(about.wordsSent, { got: size(got), size: size(job.file.size) }));
  const sums = jobs.filter((one) => !one.bad).reduce(([a, b], one) => [a + one.got, b + one.file.size], [0, 0]);
  const step = Math.floor((4 * sums[0]) / sums[1]);
  if (step === said.step || step > 3 || Date.now() - said.at < QUIET) return;
  said = { at: Date.now(), step };
  if (step) say(put(about.wordsSaid, { part: 25 * step }));
}

function end(job, text, bad) {
  job.ended = true;
  job.bad = bad;
  const { row, file } = job, stop = one("[data-stop]", row);
  note(job, text, bad);
  one("progress", row)?.remove();
  row.classList.toggle("up--bad", Boolean(bad));
  one(".filetile", row)?.replaceWith(one(bad ? "[data-icon-bad]" : "[data-icon-whole]", box).content.cloneNode(true));
  delete row.dataset.print;
  stop.textContent = about.wordsOff;
  stop.setAttribute("aria-label", put(about.wordsRemove, { name: file.name }));
  if (bad) return say(text);
  const key = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: row.dataset.key });
  row.append(key);
}

/** Stop a file that is on its way, or forget one that has come. */
function stop(row) {
  const job = jobs.find((one) => one.row === row);
  if (job) {
    job.ended = job.bad = true;
    job.whole = false;
    job.cut?.abort();
  }
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (one("[data-stop]", next ?? box) ?? one("input[type=file]", box)).focus();
  if (row.dataset.key) ask(`${about.upload}/${row.dataset.key}/remove`, { method: "POST" }).catch(() => {});
}

// --- the form waits until all have come -----------------------------------------------------------------------

addEventListener("submit", (event) => {
  if (!running || event.target !== form) return;
  event.preventDefault();
  event.stopPropagation(); // forms.js listens on the document
  wanted = { button: event.submitter };
  say(about.wordsHold);
  one("[data-hold]", form)?.removeAttribute("hidden");
}, true);
addEventListener("beforeunload", (event) => running && event.preventDefault());

/** Find the parts of the page, at first and when the server has drawn them anew. */
function bind() {
  if (!one("[data-upload]")) return;
  jobs.length = 0;
  [box, said] = [one("[data-upload]"), { at: 0, step: 0 }];
  [list, form, about] = [one("[data-files]", box), box.closest("form"), box.dataset];
}
hear("drawn", () => box?.isConnected || bind());
bind();
