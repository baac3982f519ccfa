// The bell, and the number of conversations with something new: some seconds after something happened that may concern
// this person the number is asked for again. Reads: [data-bell][data-url][data-verbs]. Pages that nobody looks at wait until somebody does.
import { all, hear, refresh } from "./dom.js";

const SOONEST = 3000; // the notices are written in the job process
const SPREAD = 17000; // not every open page asks at the same moment
let due = 0;
let verbs = new Set();
const wanted = (verb) => (element) => element.dataset.verbs?.split(" ").includes(verb);

export function start() {
  hear("fact", (f) => { if (all("[data-bell]").some(wanted(f.verb))) soon(f.verb); });
  document.addEventListener("visibilitychange", () => { if (due < 0) soon(); });
}

function soon(verb) {
  if (verb) verbs.add(verb);
  if (due > 0) return;
  due = document.hidden ? -1 : setTimeout(ask, SOONEST + Math.random() * SPREAD);
}

function ask() {
  due = 0;
  const heard = [...verbs];
  verbs = new Set();
  for (const bell of all("[data-bell][data-url]")) if (heard.some((verb) => wanted(verb)(bell))) refresh(bell).catch(() => {});
}
