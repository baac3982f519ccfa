// The second step: passkeys, and copying or printing what is shown once. Loaded by the pages that need it.
// Reads: form[data-passkey] (data-make), [data-refused], [data-copy] (data-done), [data-print].
const one = (selector, within = document) => within.querySelector(selector);
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

if (!window.PublicKeyCredential) for (const form of document.querySelectorAll("form[data-passkey]:not([data-make])")) form.hidden = true;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form || form.dataset.answered) return;
  event.preventDefault();
  if (!form.dataset.asking) answer(form);
});

/** Ask the server what to ask, the browser for its answer, and send the form with it. */
async function answer(form) {
  const refused = one("[data-refused]", form);
  form.dataset.asking = "1";
  refused.hidden = true;
  try {
    const options = await (await fetch(form.dataset.passkey, { credentials: "same-origin" })).json();
    const publicKey = read(options);
    const found = "make" in form.dataset ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
    one("[name=credential]", form).value = JSON.stringify(said(found));
    form.dataset.answered = "1";
    form.submit();
  } catch {
    refused.hidden = false;
  }
  delete form.dataset.asking;
}

/** The server's options, with bytes where the browser wants bytes. */
function read(options) {
  const listed = (list) => list?.map((known) => ({ ...known, id: bytes(known.id) }));
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  const more = { challenge: bytes(options.challenge), excludeCredentials: listed(options.excludeCredentials), allowCredentials: listed(options.allowCredentials) };
  return { ...options, ...(user && { user }), ...Object.fromEntries(Object.entries(more).filter(([, value]) => value)) };
}

/** The browser's answer as plain text. */
function said(found) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const response = Object.fromEntries(parts.filter((name) => found.response[name]).map((name) => [name, text(found.response[name])]));
  return { id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: {} };
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) return print();
  const place = one(button.dataset.copy);
  await navigator.clipboard?.writeText(place.children.length ? [...place.children].map((line) => line.textContent).join("\n") : place.textContent.trim());
  one("span", button).textContent = button.dataset.done;
});
