// At the door of an event where the network drops: what is noted is kept on this device and sent when it is back, each once.
// Reads: [data-door] (the number of the event) around the list and its forms, [data-door-waits] with ul and template, [data-door-list].
// What was sent and not answered is sent again under the same key: the server takes it as one.
import { all, ask, hear, one, page, refresh } from "./dom.js";

const box = one("[data-door]"), said = one("[data-door-waits]");
const NAME = `door:${page.me}:${box.dataset.door}`;
const AGAIN = 15000; // between two tries while something waits
let sending = false;

const read = () => { try { return JSON.parse(localStorage.getItem(NAME)) ?? []; } catch { return []; } };

/** Several pages may note at once: what waits is read anew each time. */
function keep(change) {
  const rows = change(read());
  try {
    if (rows.length) localStorage.setItem(NAME, JSON.stringify(rows));
    else localStorage.removeItem(NAME);
    return true;
  } catch {
    return false; // then it goes the ordinary way
  }
}

/** Before any other script sees it: what is noted waits, at first for a moment only. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!box.contains(form) || form.method !== "post") return;
  const fields = new FormData(form);
  if (fields.has("name") && !fields.get("name").trim()) return; // the page says what is missing
  fields.delete("csrf_token");
  const row = { url: form.getAttribute("action"), fields: [...fields], words: fields.get("name") || words(form) };
  if (!keep((rows) => (rows.some((other) => other.url === row.url && !fields.has("name")) ? rows : [...rows, row]))) return;
  event.preventDefault();
  event.stopPropagation();
  if (fields.has("name")) {
    form.reset();
    one("[name=idempotency_key]", form).value = crypto.getRandomValues(new Uint32Array(4)).join("");
  }
  send();
}, true);

const words = (form) => one("button", form).getAttribute("aria-label") || form.textContent.trim();

/** One after the other, in their order, until one gets no answer. */
async function send() {
  show();
  if (sending) return;
  sending = true;
  let sent = 0;
  for (let row; (row = read()[0]); sent++) if (!(await taken(row))) break;
  sending = false;
  if (sent) await refresh(one("[data-door-list]")).catch(() => {});
  show();
}

/** Whether the server has taken a row, or will never take it. */
async function taken(row) {
  const answer = await ask(row.url, { method: "POST", body: new URLSearchParams(row.fields) }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 401 || answer.status === 429) return false;
  if (answer.status === 400 && await isOld(answer)) {
    location.reload(); // a page of a session that is over: what waits is its writer's, and goes with their new one
    return false;
  }
  keep((rows) => rows.filter((other) => JSON.stringify(other.fields) !== JSON.stringify(row.fields)));
  if (!answer.ok) location.reload(); // it is not taken: see how things stand
  return true;
}

const isOld = async (answer) => (await answer.json().catch(() => ({}))).why === "form_old";

/** Say what waits, and let nobody press again what was pressed. */
function show() {
  const rows = read(), list = one("ul", said);
  said.hidden = !rows.length;
  list.replaceChildren(...rows.map((row) => {
    const line = one("template", said).content.firstElementChild.cloneNode(true);
    one("bdi", line).textContent = row.words;
    return line;
  }));
  for (const form of all("[data-door-list] form", box)) {
    one("button", form).setAttribute("aria-disabled", String(rows.some((row) => row.url === form.getAttribute("action"))));
  }
}

hear("drawn", show);
addEventListener("online", send);
addEventListener("storage", show);
setInterval(() => read().length && send(), AGAIN);
send();
