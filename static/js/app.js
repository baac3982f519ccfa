// What every page loads: each behaviour listens on the document and does nothing where its attributes are missing.
import * as bell from "./bell.js";
import { app, on } from "./dom.js";
import * as drafts from "./drafts.js";
import * as feed from "./feed.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as menus from "./menus.js";
import * as pictures from "./pictures.js";
import * as similar from "./similar.js";
import * as hearers from "./hearers.js";
import * as thread from "./thread.js";
import * as time from "./time.js";
import * as waits from "./waits.js";

for (const part of [time, drafts, forms, menus, keys, similar, hearers, pictures, feed, thread, bell, live, waits]) part.start();

// Suggestions come at the first focus of a search box.
on("focusin", "[data-suggest]", (event, box) => app.suggest && import(app.suggest).then((part) => part.look(box), () => {}));

// The composer's helpers come at the first focus; a tool pressed meanwhile is pressed again when it works.
let composer = null;
on("focusin", "[data-composer]", (event) => {
  if (composer || !app.composer) return;
  const tool = event.target.closest("markdown-toolbar button");
  composer = import(app.composer);
  composer.then(() => tool?.matches(":active, :focus") && tool.dataset.pressed && tool.click(), () => { composer = null; });
});
on("pointerdown", "markdown-toolbar button", (event, tool) => { if (!customElements.get("markdown-toolbar")) tool.dataset.pressed = "1"; });
