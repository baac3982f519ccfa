// While a title is typed, earlier discussions like it are offered under the field. Reads: [data-similar="/address"].
import { fragment, on, one, withQuery } from "./dom.js";

let turn = 0;

export const start = () => on("input", "input[name=title]", look);

async function look(event, input) {
  const place = one("[data-similar]", input.form);
  const mine = ++turn;
  if (!place) return;
  await new Promise((done) => setTimeout(done, 400));
  if (mine !== turn) return;
  const found = await fragment(withQuery(place.dataset.similar, { q: input.value })).catch(() => []);
  if (mine === turn) place.replaceChildren(...found);
}
