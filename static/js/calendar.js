// The table of a month or week by keyboard: arrows move by day, Home and End in the week, PgUp and PgDn to the month or week
// before and after, Enter opens the day below. t today, m month, w week, a agenda, where single keys are on.
// Reads: table[data-cal] td[data-day], [data-cal-before], [data-cal-after], [data-cal-today], [data-cal-view].
import { all, one, page } from "./dom.js";

const days = all("[data-cal] [data-day]");
const rtl = document.documentElement.dir === "rtl";
const steps = { ArrowUp: -7, ArrowDown: 7, ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 };
const views = { m: "month", w: "week", a: "agenda" };

/** One day of the table is in the order of the tabulator; today, or the first of the month. */
function roving(day) {
  for (const cell of days) cell.tabIndex = cell === day ? 0 : -1;
}

function to(index) {
  const day = days[index];
  if (!day) return false;
  roving(day);
  day.focus();
  return true;
}

const press = (what) => one(what)?.click();

function moved(event, at) {
  const week = at - (at % 7);
  if (event.key in steps) return to(at + steps[event.key]) || press(steps[event.key] < 0 ? "[data-cal-before]" : "[data-cal-after]") || true;
  if (event.key === "Home") return to(week);
  if (event.key === "End") return to(week + 6);
  if (event.key === "PageUp") return press("[data-cal-before]") || true;
  if (event.key === "PageDown") return press("[data-cal-after]") || true;
  if (event.key === "Enter" && event.target === days[at]) return press(`[data-day="${days[at].dataset.day}"] a`) || true;
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const at = days.indexOf(event.target.closest?.("[data-day]"));
  if (at >= 0 && moved(event, at)) return event.preventDefault();
  if (page.shortcuts === undefined || event.target.closest?.("input, textarea, select, dialog")) return;
  if (event.key === "t") press("[data-cal-today]");
  else if (Object.hasOwn(views, event.key)) press(`[data-cal-view="${views[event.key]}"]`);
});

roving(days.find((day) => day.hasAttribute("aria-current")) ?? days.find((day) => !day.classList.contains("out")));
