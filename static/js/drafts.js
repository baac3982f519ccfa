// Drafts: what is typed is kept on this device, for this person, until it was sent.
// Reads: form[data-draft="key"], [data-draft-note], [data-draft-drop], [data-draft-state], body[data-draft-clear], form[data-sign-out].
import { all, on, one, page } from "./dom.js";

const name = (key) => `draft:${page.me}:${key}`;
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(name(key))); } catch { return null; } },
  put(key, words) { try { localStorage.setItem(name(key), JSON.stringify(words)); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(name(key)); } catch { /* nothing was kept */ } },
};
const waiting = new Map();
const unsafe = new Set();

export function start() {
  if (!page.me) return;
  for (const key of (page.draftClear ?? "").split(" ").filter(Boolean)) store.drop(key);
  all("form[data-draft]").forEach(restore);
  on("input", "form[data-draft]", (event, form) => soon(form));
  on("change", "form[data-draft]", (event, form) => soon(form));
  on("click", "[data-draft-drop]", (event, button) => discard(button.closest("form")));
  on("submit", "form[data-sign-out]", forgetAll);
  addEventListener("pagehide", keepAll);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepAll());
  addEventListener("beforeunload", (event) => { if ([...unsafe].some((form) => form.isConnected && !form.dataset.sending)) event.preventDefault(); });
}

const fields = (form) => [...form.elements].filter((it) => it.name && !it.disabled && /^(text|search|url|textarea|select-one|radio|checkbox)/.test(it.type));
const value = (it) => (/radio|checkbox/.test(it.type) ? it.checked : it.value);
const first = (it) => (/radio|checkbox/.test(it.type) ? it.defaultChecked : it.type === "select-one" ? [...it.options].find((o) => o.defaultSelected)?.value ?? it.options[0]?.value : it.defaultValue);
const id = (it) => (it.type === "radio" ? `${it.name}=${it.value}` : it.name);

/** Two seconds after the first key; not put off by further typing. */
function soon(form) {
  if (!waiting.has(form)) waiting.set(form, setTimeout(keep, 2000, form));
}

const keepAll = () => [...waiting.keys()].forEach(keep);

function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const changed = fields(form).filter((it) => value(it) !== first(it));
  if (!changed.length) { unsafe.delete(form); return store.drop(form.dataset.draft); }
  const words = Object.fromEntries(changed.map((it) => [id(it), [first(it), value(it)]]));
  const kept = store.put(form.dataset.draft, words);
  unsafe[kept ? "delete" : "add"](form);
  all("[data-draft-state]", form).forEach((state) => { state.hidden = !kept; });
}

/** Words come back where the page has none of its own: what the server sent back after an error is newer. */
function restore(form) {
  const words = store.get(form.dataset.draft);
  if (!words) return;
  const back = fields(form).filter((it) => words[id(it)] && (value(it) === "" || value(it) === words[id(it)][0]) && value(it) !== words[id(it)][1]);
  for (const it of back) {
    if (/radio|checkbox/.test(it.type)) it.checked = words[id(it)][1];
    else it.value = words[id(it)][1];
  }
  const note = one("[data-draft-note]", form);
  if (note && back.length) note.hidden = false;
}

function discard(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  store.drop(form.dataset.draft);
  form.reset();
  const note = one("[data-draft-note]", form);
  if (note) note.hidden = true;
  one("textarea, input:not([type=hidden])", form)?.focus();
}

function forgetAll() {
  waiting.clear();
  try { Object.keys(localStorage).filter((key) => /^(draft|searches|door):/.test(key)).forEach((key) => localStorage.removeItem(key)); } catch { /* nothing was kept */ }
}
