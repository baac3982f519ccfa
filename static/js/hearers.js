// Under a composer: who will see it, asked anew when a choice changes. Reads: [data-hearers="/address"] in a form.
import { ask, on, one, parsed, withQuery } from "./dom.js";

const LONG = 100; // what is longer is a text, not a choice
let turn = 0;

export const start = () => {
  on("change", "form", (event, form) => event.target.matches("select, [type=radio]") && look(form));
  on("focusin", "[data-composer]", (event, composer) => {
    const place = composer.closest("form") && one("[data-hearers]", composer.closest("form"));
    if (place && !place.dataset.known) look(composer.closest("form"));
  });
};

async function look(form) {
  const place = one("[data-hearers]", form);
  if (!place) return;
  place.dataset.known = "yes";
  const mine = ++turn;
  const chosen = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value.length < LONG && !/token|key|title|body/.test(name));
  const answer = await ask(withQuery(place.dataset.hearers, Object.fromEntries(chosen))).catch(() => null);
  if (mine === turn && answer?.ok) place.replaceChildren(parsed(await answer.text()));
}
