// Bundles for tests: parts.js, which a test's page imports, and every file *.test.js, which Node runs.
//
// node bundled.mjs <folder>
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../toymodels/frontend/bundle.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = process.argv[2];
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "package.json"), '{ "type": "module" }');
for (const name of await readdir(here))
  if (name === "parts.js" || name.endsWith(".test.js"))
    await writeFile(
      join(folder, name),
      await bundle(join(here, name), { format: "esm", external: ["node:*"], platform: "neutral" }),
    );
