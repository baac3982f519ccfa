// Run by bin/vendor. Joins our modules and styles, copies the parts of others, and writes the manifest
// (version, licence and sha256 of each part; sha256 of what ours were made from, so that a test sees a forgotten build).
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, readdirSync, mkdirSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { mosaic } from "./mosaic.mjs";

mosaic("../app/atlas/land.json", "../static/land.json");

process.chdir("..");
const read = (path) => readFileSync(path, "utf8");
const sha = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const about = (name) => JSON.parse(read(`vendor/node_modules/${name}/package.json`));
mkdirSync("static/vendor", { recursive: true });
mkdirSync("tests/vendor", { recursive: true });

const script = (entry, out, banner = "") => esbuild.buildSync({
  absWorkingDir: process.cwd(), entryPoints: [entry], outfile: out, bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "inline", charset: "utf8",
  nodePaths: ["vendor/node_modules"], banner: banner ? { js: banner } : {}, logLevel: "warning",
});
script("static/js/app.js", "static/app.js");
script("static/js/second.js", "static/second.js");
script("static/js/effort.js", "static/effort.js");
script("static/js/suggest.js", "static/suggest.js");
script("static/js/upload.js", "static/upload.js");
script("static/js/calendar.js", "static/calendar.js");
script("static/js/minutes.js", "static/minutes.js");
script("static/js/door.js", "static/door.js");
script("static/js/questions.js", "static/questions.js");
const toolbar = about("@github/markdown-toolbar-element");
script("static/js/composer.js", "static/composer.js", `/*! with ${toolbar.name} ${toolbar.version}, ${toolbar.license}, see NOTICE.txt */`);

const leaflet = about("leaflet"), clusters = about("leaflet.markercluster"), atlas = about("world-atlas");
script("static/js/map.js", "static/map.js", `/*! with ${leaflet.name} ${leaflet.version}, ${leaflet.license}, and ${clusters.name} ${clusters.version}, ${clusters.license}, see NOTICE.txt */`);
// Of Leaflet's styles without those that show its own pictures; in a layer, so that ours come after them.
const theirs = ["leaflet/dist/leaflet", "leaflet.markercluster/dist/MarkerCluster"].map((name) => read(`vendor/node_modules/${name}.css`).replace(/[^{}]*\{[^{}]*url\([^{}]*\}/g, ""));
const mapped = esbuild.transformSync(`@layer base {\n${theirs.join("\n")}\n}\n${read("static/css/map.css")}`, { loader: "css", minify: true, target: "esnext", charset: "utf8" });
writeFileSync("static/map.css", mapped.code);

const client = about("socket.io-client");
writeFileSync("static/vendor/socket.io.js", read("vendor/node_modules/socket.io-client/dist/socket.io.esm.min.js").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
const axe = about("axe-core");
writeFileSync("tests/vendor/axe.min.js", read("vendor/node_modules/axe-core/axe.min.js"));

const sheets = ["tokens", "app", "extra"].map((name) => `static/css/${name}.css`);
const joined = esbuild.transformSync(sheets.map(read).join("\n"), { loader: "css", minify: true, target: "esnext", charset: "utf8" });
writeFileSync("static/css/all.css", joined.code);

const modules = readdirSync("static/js").filter((name) => name.endsWith(".js")).sort().map((name) => `static/js/${name}`);
const made = (path, from) => ({ path, sha256: sha(path), gzip: size(path), from: Object.fromEntries(from.map((one) => [one, sha(one)])) });
const given = (path, part) => ({ path, name: part.name, version: part.version, licence: part.license, sha256: sha(path), gzip: size(path) });
const manifest = {
  made: [
    made("static/app.js", modules), made("static/composer.js", modules), made("static/second.js", ["static/js/second.js"]), made("static/effort.js", ["static/js/effort.js", "static/js/dom.js"]), made("static/suggest.js", ["static/js/suggest.js", "static/js/dom.js"]), made("static/upload.js", ["static/js/upload.js", "static/js/dom.js"]), made("static/calendar.js", ["static/js/calendar.js", "static/js/dom.js"]), made("static/minutes.js", ["static/js/minutes.js", "static/js/dom.js"]), made("static/door.js", ["static/js/door.js", "static/js/dom.js"]), made("static/questions.js", ["static/js/questions.js", "static/js/dom.js"]), made("static/css/all.css", sheets),
    made("static/map.js", modules), made("static/map.css", ["static/css/map.css"]), made("static/land.json", ["vendor/mosaic.mjs"]), made("app/atlas/land.json", ["vendor/mosaic.mjs"]),
  ],
  parts: [
    given("static/vendor/socket.io.js", client), given("static/composer.js", toolbar), given("tests/vendor/axe.min.js", axe),
    given("static/map.js", leaflet), given("static/map.js", clusters), given("static/land.json", atlas),
  ],
};
writeFileSync("static/vendor/manifest.json", JSON.stringify(manifest, null, 1) + "\n");
for (const { path, gzip } of [...manifest.made, ...manifest.parts]) console.log(String(gzip).padStart(7), path);

// Packed once, here, so that no server packs them at each start; sent to browsers that understand it.
for (const path of ["static/app.js", "static/composer.js", "static/second.js", "static/effort.js", "static/suggest.js", "static/upload.js", "static/vendor/socket.io.js", "static/css/all.css", "static/icons.svg", "static/map.js", "static/map.css", "static/land.json"]) {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
}
