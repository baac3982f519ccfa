// Suggestions under a search box: a list that the arrows walk through; nothing in it is chosen before its reader does.
// Reads: input[data-suggest="/address"] with ul#<id>-l beside it. Options: [data-url], [data-put] (instead of the last word).
import { all, ask, on, page, parsed } from "./dom.js";

const WAIT = 150, MOST = 8, KEPT = `searches:${page.me ?? ""}`;
let turn = 0;

const list = (box) => document.getElementById(`${box.id}-l`);
const chosen = (box) => all("[role=option]", list(box)).find((row) => row.ariaSelected === "true");

on("input", "[data-suggest]", (event, box) => look(box));
on("keydown", "[data-suggest]", keys);
on("focusout", "[data-suggest]", (event, box) => shut(box));
on("pointerdown", "[data-suggest] ~ ul [role=option]", (event, row) => { event.preventDefault(); take(row.closest("ul").previousElementSibling, row); });
on("submit", "form", (event, form) => all("[data-suggest]", form).forEach((box) => keep(box.value.trim())));

const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)) ?? []; } catch { return []; } };

function keep(words) {
  if (!words) return;
  const all = [words, ...kept().filter((other) => other !== words)].slice(0, MOST);
  try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* then there are none next time */ }
}

export async function look(box) {
  const mine = ++turn;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", `${box.id}-l`);
  const words = box.value.trim();
  const old = kept().filter((other) => other !== words && other.toLowerCase().startsWith(words.toLowerCase())).slice(0, words ? 2 : 5);
  if (!words) return fill(box, old, []);
  await new Promise((done) => setTimeout(done, WAIT));
  if (mine !== turn) return;
  const answer = await ask(`${box.dataset.suggest}?q=${encodeURIComponent(box.value)}`).catch(() => null);
  const rows = answer?.ok ? [...parsed(await answer.text()).children] : [];
  if (mine === turn) fill(box, old, rows);
}

function fill(box, old, rows) {
  const place = list(box);
  place.replaceChildren(...[...old.map(recent), ...rows].slice(0, MOST));
  all("[role=option]", place).forEach((row, n) => { row.id = `${place.id}${n}`; row.ariaSelected = "false"; });
  const open = place.childElementCount > 0 && document.activeElement === box;
  place.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  box.removeAttribute("aria-activedescendant");
}

function recent(words) {
  const row = document.createElement("li");
  row.role = "option";
  row.dataset.ask = row.textContent = words;
  row.dir = "auto";
  return row;
}

function keys(event, box) {
  if (list(box).hidden) return;
  const rows = all("[role=option]", list(box));
  const at = rows.indexOf(chosen(box));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(box, rows, at + step >= rows.length ? -1 : at + step < -1 ? rows.length - 1 : at + step);
  else if (event.key === "Enter" && at >= 0) take(box, rows[at]);
  else if (event.key === "Escape") shut(box);
  else return;
  event.preventDefault();
}

function choose(box, rows, at) {
  rows.forEach((row, n) => { row.ariaSelected = String(n === at); });
  if (at < 0) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", rows[at].id);
  rows[at].scrollIntoView({ block: "nearest" });
}

/** A thing is opened, an operator is put in place of the last word, an earlier search is asked again. */
function take(box, row) {
  const { url, put, ask: words } = row.dataset;
  if (url) return location.assign(url);
  box.value = words ?? box.value.replace(/\S*$/, put);
  shut(box);
  if (words) return box.form.requestSubmit();
  look(box);
}

function shut(box) {
  turn++;
  list(box).hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}
