// Single keys, when the person has them on: / n r u . j k ? (body[data-shortcuts]; listed in /help#keys).
// Reads: [data-step], [data-key], [data-pill].
import { all, ask, one, page, parsed } from "./dom.js";

const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable], dialog[open], markdown-toolbar, [role=listbox]");
const acts = {
  "/": find,
  n: () => press(one("[data-key=n]")),
  u: () => press(one("[data-key=u]")),
  r: () => press(one("[data-key=r]")),
  ".": () => press(one("[data-pill]:not([hidden]) a, [data-new-replies]:not([hidden]) button")),
  j: () => step(1),
  k: () => step(-1),
  "?": help,
};

export function start() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && !event.altKey && !event.shiftKey && !event.target.closest?.("[data-composer]")) {
      event.preventDefault();
      return find()?.select();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || page.shortcuts === undefined) return;
    if (event.key === "Enter" && event.target.matches?.("[data-step]")) return one("h2 a, h3 a, a", event.target)?.click();
    if (typing(event.target)) return;
    const act = Object.hasOwn(acts, event.key) && acts[event.key];
    if (!act) return;
    event.preventDefault();
    act()?.focus?.();
  });
}

/** The search box that is on the screen; on a phone, its page. */
function find() {
  const box = [one("#s"), one("#q")].find((field) => field?.getClientRects().length);
  if (!box) return location.assign("/search");
  box.focus();
  return box;
}

/** Fields and areas take the focus, links and buttons are chosen. */
function press(element) {
  if (element?.matches("input, textarea")) return element;
  element?.click();
}

function step(by) {
  const stops = all("[data-step]").filter((stop) => stop.getClientRects().length);
  const at = stops.indexOf(document.activeElement?.closest("[data-step]"));
  const to = stops[Math.max(0, Math.min(stops.length - 1, at + by))];
  if (to) to.tabIndex = -1;
  return to;
}

async function help() {
  const sheet = one("dialog#sheet");
  if (!sheet) return;
  if (!sheet.childElementCount) {
    const answer = await ask("/help").catch(() => null);
    const keys = answer?.ok && parsed(await answer.text()).getElementById("keys");
    if (!keys) return location.assign("/help#keys");
    sheet.replaceChildren(keys);
  }
  sheet.showModal();
}

