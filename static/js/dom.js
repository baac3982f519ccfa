// Small tools that every module uses. Nothing here knows a page.
export const body = document.body;
export const page = body.dataset;
export const app = document.getElementById("app")?.dataset ?? {};
export const lang = (document.documentElement.lang || "en").replace("_", "-");

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Listen on the document for an event whose target lies in `selector`. */
export function on(type, selector, act, capture = false) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(event, found);
  }, capture);
}

export const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
export const hear = (name, act) => document.addEventListener(name, (event) => act(event.detail));

/** Fetch from our own server, as the signed-in person; fails on anything that is no answer. */
export async function ask(url, options = {}) {
  const headers = { "X-Requested-With": "fetch", ...options.headers };
  if (options.method === "POST") headers["X-CSRFToken"] = one("input[name=csrf_token]")?.value ?? "";
  return fetch(url, { credentials: "same-origin", ...options, headers });
}

/** The elements of a fragment that the server drew. */
export async function fragment(url) {
  const answer = await ask(url);
  if (!answer.ok) throw new Error(String(answer.status));
  return [...parsed(await answer.text()).children];
}

export function parsed(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
}

/** Draw one element anew from its own address; when it is no longer there for this reader, it goes. */
export async function refresh(element) {
  const answer = await ask(element.dataset.url);
  if (answer.status === 404) return element.remove();
  if (!answer.ok) return;
  const fresh = parsed(await answer.text()).firstElementChild;
  if (!fresh) return;
  const inside = element.contains(document.activeElement) && document.activeElement;
  element.replaceWith(fresh);
  if (inside) same(inside, fresh)?.focus();
  tell("drawn");
}

/** The control in `fresh` that stands where `old` stood, so that the keyboard keeps its place. */
function same(old, fresh) {
  const form = old.closest("form")?.getAttribute("action");
  const key = form?.replace(/\/un(?=[a-z]+$)/, "/");
  return all("form button", fresh).find((b) => b.closest("form").getAttribute("action").replace(/\/un(?=[a-z]+$)/, "/") === key);
}

export function withQuery(url, more) {
  const address = new URL(url, location.href);
  for (const [name, value] of Object.entries(more)) address.searchParams.set(name, value);
  return address.pathname + address.search;
}

/** data-words-one="{n} new item" data-words-other="{n} new items": the right plural of the page's language. */
export function words(element, n) {
  const kind = new Intl.PluralRules(lang).select(n);
  const name = "words" + kind[0].toUpperCase() + kind.slice(1);
  return (element.dataset[name] ?? element.dataset.wordsOther ?? "{n}").replace("{n}", n);
}

/** Say something once to people who hear the page: the one polite region. */
export function say(text) {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
}
