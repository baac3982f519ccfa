// The composer's helpers, loaded at its first focus: toolbar (with Ctrl/Cmd+B, I, K), quick preview, the @ list,
// a text area that grows, files dropped or pasted, Ctrl/Cmd+Enter. Reads what ui/composer.html writes.
import "@github/markdown-toolbar-element";
import { all, ask, on, one, parsed } from "./dom.js";

const area = (part) => one("textarea", part.closest("[data-composer]"));
const list = (text) => document.getElementById(text.id + "-m");
const grows = CSS.supports("field-sizing", "content");
const deeds = { b: "bold", i: "italic", k: "link" };
let asked = 0;

on("input", "[data-composer] textarea", (event, text) => { grow(text); closePreview(text); mention(text); });
on("keydown", "[data-composer] textarea", keys);
on("focusout", "[data-composer] textarea", (event, text) => shut(text));
on("pointerdown", "[data-composer] [role=option]", (event, option) => { event.preventDefault(); take(area(option), option); });
on("click", "[data-preview-button]", preview);
on("click", "[data-md-button=mention]", (event, tool) => setTimeout(() => mention(area(tool))));
for (const type of ["dragover", "dragleave", "drop"]) on(type, "[data-composer]", drag);
on("paste", "[data-composer] textarea", (event, text) => attach(event, text.closest("[data-composer]"), event.clipboardData));
all("[data-composer] textarea").forEach(grow);
// What was typed while this module came is looked at once it is here.
queueMicrotask(() => { if (document.activeElement?.matches("[data-composer] textarea")) mention(document.activeElement); });

/** Browsers that do not size fields to their words get more rows; both stop at 60 % of the screen. */
function grow(text) {
  if (!grows) text.rows = Math.min(24, Math.max(6, text.value.split("\n").length + 1));
}

function keys(event, text) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return text.form.requestSubmit(one("[data-send]", text.form));
  }
  const tool = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && deeds[event.key];
  if (tool) {
    event.preventDefault();
    return one(`[data-md-button=${tool}]`, text.closest("[data-composer]"))?.click();
  }
  if (list(text)?.hidden ?? true) return;
  const options = all("[role=option]", list(text));
  const at = options.findIndex((option) => option.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(text, options[(at + step + options.length) % options.length]);
  else if (event.key === "Enter" || event.key === "Tab") take(text, options[at]);
  else if (event.key === "Escape") shut(text);
  else return;
  event.preventDefault();
}

const started = (text) => text.value.slice(0, text.selectionStart).match(/(?:^|[\s(])@([\p{L}\p{N}._-]{0,40})$/u);

async function mention(text) {
  const box = list(text);
  const found = box && started(text);
  const turn = ++asked;
  if (!found) return box && shut(text);
  await new Promise((done) => setTimeout(done, 150));
  if (turn !== asked) return;
  const answer = await ask(`${box.dataset.mentions}?q=${encodeURIComponent(found[1])}`).catch(() => null);
  const people = answer?.ok ? await answer.json() : [];
  if (turn === asked && started(text)) fill(text, box, people.slice(0, 8));
}

function fill(text, box, people) {
  box.replaceChildren(...people.map((who, n) => option(box, who, n)));
  if (!people.length || document.activeElement !== text) return shut(text);
  box.hidden = false;
  text.setAttribute("aria-controls", box.id);
  choose(text, box.firstElementChild);
}

function option(box, who, n) {
  const row = one("template[data-mention]", box.parentElement).content.firstElementChild.cloneNode(true);
  row.id = `${box.id}${n}`;
  row.dataset.handle = who.handle;
  const sign = one(".mark", row);
  sign.textContent = who.code ?? "";
  sign.hidden = !who.code;
  sign.classList.add("mark--" + (who.kind === "secretariat" ? "sec" : who.kind));
  one("strong", row).textContent = who.name;
  one(".note", row).textContent = who.note ?? "";
  return row;
}

function choose(text, row) {
  for (const other of row.parentElement.children) other.ariaSelected = String(other === row);
  text.setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
}

function take(text, row) {
  const found = started(text);
  if (!row || !found) return shut(text);
  text.setRangeText(`@${row.dataset.handle} `, text.selectionStart - found[1].length - 1, text.selectionStart, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  shut(text);
}

function shut(text) {
  asked++;
  const box = list(text);
  if (!box) return;
  box.hidden = true;
  text.removeAttribute("aria-activedescendant");
  text.removeAttribute("aria-controls");
}

/** The same words as the server will show them; the ordinary submit does it when the quick way fails. */
async function preview(event, button) {
  const place = one("[data-preview]", button.closest("[data-composer]"));
  event.preventDefault();
  if (!place.hidden) return closePreview(area(button));
  const words = new URLSearchParams({ body: area(button).value });
  const answer = await ask(place.dataset.preview, { method: "POST", body: words }).catch(() => null);
  if (!answer?.ok) return button.form.requestSubmit(button);
  place.replaceChildren(parsed(await answer.text()));
  place.hidden = false;
  button.setAttribute("aria-pressed", "true");
  place.focus();
}

function closePreview(text) {
  const part = text.closest("[data-composer]");
  const place = one("[data-preview]", part);
  if (place) place.hidden = true;
  one("[data-preview-button]", part)?.removeAttribute("aria-pressed");
}

function drag(event, part) {
  if (!one("[data-attach]", part) || ![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
  part.classList.toggle("is-over", event.type === "dragover");
  if (event.type === "dragover") event.preventDefault();
  if (event.type === "drop") attach(event, part, event.dataTransfer);
}

/** Dropped and pasted files join those that were chosen. */
function attach(event, part, given) {
  const input = one("[data-attach]", part);
  if (!input || !given?.files.length) return;
  event.preventDefault();
  const both = new DataTransfer();
  for (const file of [...input.files, ...given.files]) both.items.add(file);
  input.files = both.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
