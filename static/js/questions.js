// Questions that are asked only after a certain answer: the others are hidden, and so is all of [data-asked] for who does not come.
// Reads: form[data-questions] with [data-question], [data-after], [data-value], [data-only-if], and [data-asked] (data-name, data-when).
import { all, hear, on, one } from "./dom.js";

/** What is chosen in a question that is asked: keys of the answers. */
function chosen(form, number) {
  const asked = one(`[data-question="${number}"]`, form);
  return asked && !asked.hidden ? all("input:checked", asked).map((input) => input.value) : [];
}

function look(form) {
  for (const part of all("[data-asked]", form)) part.hidden = one(`input[name="${part.dataset.name}"]:checked`, form)?.value !== part.dataset.when;
  for (const question of all("[data-after]", form)) question.hidden = !chosen(form, question.dataset.after).includes(question.dataset.value);
  for (const words of all("[data-only-if]", form)) words.hidden = true;
}

const begin = () => all("form[data-questions]").forEach(look);
on("change", "form[data-questions]", (_event, form) => look(form));
hear("drawn", begin);
begin();
