// A page on which work goes on looks again by itself, as its button "Look again" does.
// Reads: [data-waits="2"], seconds; it is drawn anew, and when it is there no longer, all of main is.
import { ask, one, parsed, tell } from "./dom.js";

export const start = () => { if (one("[data-waits]")) later(); };
const later = () => setTimeout(look, 1000 * one("[data-waits]").dataset.waits);

async function look() {
  const place = one("[data-waits]");
  if (!place) return;
  const page = document.hidden ? null : await ask(location.href).then((answer) => answer.ok ? answer.text() : "", () => "").then(parsed);
  const fresh = page && one("[data-waits]", page), main = page && one("main", page);
  if (fresh) place.replaceWith(fresh);
  else if (main) {
    one("main").replaceChildren(...main.childNodes);
    tell("drawn");
  }
  if (one("[data-waits]")) later();
}
