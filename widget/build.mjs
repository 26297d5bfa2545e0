// Builds the widget. `node build.mjs` writes dist/widget.js; `--out FILE` writes elsewhere
// (the bundle test compares); `--tests` bundles test/*.test.ts for node's own test runner.
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Imports a .css file as a minified string, for a constructable style sheet. */
const cssAsText = {
  name: "css-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minify: true, target: "es2022" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const shared = { absWorkingDir: root, bundle: true, plugins: [cssAsText], logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const files = (await readdir(`${root}test`)).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...shared,
    entryPoints: files.map((name) => `test/${name}`),
    outdir: "node_modules/.cache/ouderwijzer",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
  });
} else {
  const out = process.argv.indexOf("--out");
  await build({
    ...shared,
    entryPoints: ["src/index.ts"],
    outfile: out > 0 ? process.argv[out + 1] : "dist/widget.js",
    format: "iife",
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    banner: { js: "/*! Ouderwijzer, EUPL-1.2. Built from widget/src, do not edit. */" },
  });
}
