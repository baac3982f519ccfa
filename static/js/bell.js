// The bell: some seconds after something happened that may concern this person its number is asked for again.
// Reads: [data-bell][data-url][data-verbs]. Pages that nobody looks at wait until somebody does.
import { hear, one, refresh } from "./dom.js";

const SOONEST = 3000; // the notices are written in the job process
const SPREAD = 17000; // not every open page asks at the same moment
let due = 0;

export function start() {
  hear("fact", (f) => { if (one("[data-bell]")?.dataset.verbs?.split(" ").includes(f.verb)) soon(); });
  document.addEventListener("visibilitychange", () => { if (due < 0) soon(); });
}

function soon() {
  if (due > 0) return;
  due = document.hidden ? -1 : setTimeout(ask, SOONEST + Math.random() * SPREAD);
}

function ask() {
  due = 0;
  const bell = one("[data-bell][data-url]");
  if (bell) refresh(bell).catch(() => {});
}
