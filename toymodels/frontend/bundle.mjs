// One readable text of a module and all that it imports: style sheets and the worker come along as texts.
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PALETTE = JSON.parse(await readFile(join(HERE, "..", "palette.json"), "utf8"));

/** A module that exports a text, line by line: esbuild would print it as one long line. */
function moduleOf(text) {
  const escaped = text.trim().replace(/[\\`]|\$\{/g, "\\$&");
  return { contents: `export default \`${escaped}\n\`;`, loader: "js" };
}

/** Style sheets, with the palette's colours in place of their names in capitals. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return moduleOf(text.replaceAll("SLIDER", PALETTE.slider).replaceAll("BUTTON", PALETTE.button));
    });
  },
};

/** `import TEXT from "text:./worker.js"`: the text of a script for a worker, bundled as well. */
const texts = {
  name: "texts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^text:/ }, ({ path, importer }) => {
      // From here, not from the root: the bundle names it in a comment, and is the same on every machine
      return { path: relative(HERE, join(dirname(importer), path.replace("text:", ""))), namespace: "text" };
    });
    onLoad({ filter: /.*/, namespace: "text" }, async ({ path }) =>
      moduleOf(await bundle(join(HERE, path), { format: "iife" })),
    );
  },
};

/** The text of the module at a path, absolute or from this folder, as esbuild's options say. */
export async function bundle(path, options) {
  const { outputFiles } = await build({
    entryPoints: [path],
    absWorkingDir: HERE,
    bundle: true,
    charset: "ascii",
    target: "es2022",
    plugins: [styles, texts],
    write: false,
    ...options,
  });
  // Within a page's HTML a blank line would end the block for Markdown
  return outputFiles[0].text.replace(/\n\s*\n/g, "\n");
}
