// Menus, ways and messages: details.menu gets Escape, arrows and closing; of a row of links that is too long the current one is shown; a [data-toast] stays 8 seconds, longer while it is read.
import { all, hear, on, one } from "./dom.js";

const narrow = matchMedia("(max-width: 479.98px)"); // a month has no room: the calendar begins with what comes
const items = (menu) => all(".pop :is(a, button)", menu);

export function start() {
  document.addEventListener("click", (event) => close(event.target));
  on("keydown", "details.menu", keys);
  on("click", 'a[href="/calendar"]', (event, link) => { if (narrow.matches) link.href = "/calendar/agenda"; });
  hear("drawn", toasts);
  toasts();
  for (const link of all(".sel [aria-current]")) show(link, link.parentElement);
}

function show(link, row) {
  const [inner, outer] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
  if (inner.left < outer.left || inner.right > outer.right) row.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
}

function close(target) {
  for (const menu of all("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
}

function keys(event, menu) {
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    one("summary", menu).focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  menu.open = true;
  const list = items(menu);
  const at = list.indexOf(document.activeElement);
  list[(at + step + (at < 0 && step < 0 ? 1 : 0) + list.length) % list.length]?.focus();
}

function toasts() {
  for (const toast of all("[data-toast]")) {
    delete toast.dataset.toast;
    one(".toasts")?.append(toast);
    let timer = setTimeout(() => toast.remove(), 8000);
    const hold = () => clearTimeout(timer);
    const go = () => { hold(); timer = setTimeout(() => toast.remove(), 8000); };
    toast.addEventListener("mouseenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("mouseleave", go);
    toast.addEventListener("focusout", go);
  }
}

