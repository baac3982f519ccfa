// Forms: sent once, kept when the server does not answer, small deeds done in place.
// Reads: form[data-once], form[data-swap], select[data-now], [data-focus], .errsum, template#failed, [data-error].
import { all, ask, on, one, refresh, tell } from "./dom.js";

export function start() {
  on("submit", "form[data-once]", once);
  on("submit", "form[data-swap]", swap);
  on("change", "select[data-now]", (event, select) => select.form.requestSubmit());
  on("click", "[data-again]", (event, button) => again(button));
  on("click", ".errsum a", (event, link) => aim(event, link));
  addEventListener("pageshow", () => all("form[data-sending]").forEach(settle));
  (one("[data-focus]") ?? pressed())?.focus();
}

/** Members' forms go by fetch, so that nothing typed is lost; visitors' in the ordinary way. Both once. */
function once(event, form) {
  const twice = form.dataset.sending;
  form.dataset.sending = "1";
  if (twice || one("#failed")) event.preventDefault();
  if (!twice && one("#failed")) send(form, event.submitter);
}

/** A link of the summary puts the keyboard into its field. */
function aim(event, link) {
  const field = document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches("fieldset") ? one("input", field) : field)?.focus();
}

async function send(form, button) {
  busy(form, button);
  try {
    const answer = await ask(form.action, { method: "POST", headers: { "X-Requested-With": "form" }, body: new FormData(form, button), signal: AbortSignal.timeout?.(60000) });
    if (answer.status >= 500) throw new Error(String(answer.status));
    await go(form, answer);
  } catch {
    settle(form);
    box(form, one("#failed").content.firstElementChild.cloneNode(true));
  }
}

/** Where the server sends us; or the same page with its words about what is wrong. */
async function go(form, answer) {
  if (answer.status === 401) return location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
  const to = answer.headers.get("X-Location") ?? (answer.redirected ? answer.url : "");
  if (to) return leave(form, new URL(to, location.href));
  settle(form);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const error = one("[data-error]", page);
  if (error) return box(form, error);
  document.title = page.title;
  one("main").replaceChildren(...one("main", page).childNodes);
  (one("[data-focus]") ?? one("[data-preview]:not([hidden])") ?? one("main")).focus();
  tell("drawn");
}

function leave(form, to) {
  if (to.pathname !== location.pathname || to.search !== location.search) return location.assign(to);
  if (to.hash) location.hash = to.hash;
  else {
    history.replaceState(history.state, "", to);
    try { sessionStorage.setItem("pressed", JSON.stringify(place(form))); } catch { /* then the page begins at its top */ }
  }
  location.reload(); // one request, not two: the first would take the message of what was done
}

const base = (form) => (form.getAttribute("action") ?? "").replace(/[^/]*$/, "");
const alike = (start) => all("main form, .side form").filter((form) => base(form) === start);

/** Where a form stands among those of the same thing: "Follow" becomes "Following" there. */
const place = (form) => [base(form), alike(base(form)).indexOf(form)];

/** The button of the form that was sent before this page was loaded anew: the keyboard goes on from there. */
function pressed() {
  try {
    const [start, at] = JSON.parse(sessionStorage.getItem("pressed"));
    sessionStorage.removeItem("pressed");
    const form = location.hash ? null : alike(start)[at];
    return form && one("button:not([type=button])", form);
  } catch { return null; }
}

function busy(form, button) {
  one("[data-failed]", form)?.remove();
  const pressed = button ?? one("button:not([type=button])", form);
  if (!pressed || pressed.name === "preview") return;
  pressed.dataset.words = pressed.textContent;
  pressed.textContent = one("#failed").dataset.sending;
  pressed.setAttribute("aria-disabled", "true");
}

function settle(form) {
  delete form.dataset.sending;
  for (const button of all("button[data-words]", form)) {
    button.textContent = button.dataset.words;
    delete button.dataset.words;
    button.removeAttribute("aria-disabled");
  }
}

function box(form, element) {
  one("[data-failed]", form)?.remove();
  element.dataset.failed = "";
  form.prepend(element);
  element.tabIndex = -1;
  element.focus();
}

function again(button) {
  const form = button.closest("form");
  form.requestSubmit(one("[data-send]", form) ?? undefined);
}

/** A small deed: done, then the thing it belongs to is drawn anew. Anything unexpected: the ordinary way. */
async function swap(event, form) {
  const element = form.closest("[data-url]");
  if (!element || form.dataset.plain) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const answer = await ask(form.action, { method: "POST", body: new FormData(form, event.submitter) }).catch(() => null);
  delete form.dataset.sending;
  if (!answer?.ok) { form.dataset.plain = "1"; return form.requestSubmit(); }
  await refresh(element).catch(() => location.reload());
}

