// Bundles the front end: one readable file for explorers, one for the laboratory in notebooks, one for it on web pages.
//
// node build.mjs [folder]     (default: bundles; `make frontend`)
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const BUNDLES = {
  "explorer.js": ["src/explorer/explorer.js", { format: "iife", globalName: "toymodels" }],
  "laboratory.js": ["src/laboratory/notebook.js", { format: "esm" }],
  "laboratory-page.js": ["src/laboratory/page.js", { format: "iife" }],
};

const folder = process.argv[2] ?? fileURLToPath(new URL("bundles", import.meta.url));
await mkdir(folder, { recursive: true });
for (const [name, [path, options]] of Object.entries(BUNDLES))
  await writeFile(join(folder, name), await bundle(path, options));
