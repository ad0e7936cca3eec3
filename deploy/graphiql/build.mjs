// Bundles GraphiQL into one folder: `node build.mjs FOLDER`. Every file but index.html carries a hash in its name.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const PUBLIC_PATH = '/graphiql/'; // where the gateway serves the folder
const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
};

// GraphiQL asks for Prettier's parsers under the old names of their CommonJS twins, whose exports a bundler only
// offers as `default`: the Prettify button would find no parser.
const MODULES_OF_PRETTIER = {
  'prettier/parser-babel': 'prettier/plugins/babel',
  'prettier/parser-graphql': 'prettier/plugins/graphql',
};

const outdir = process.argv[2];
if (!outdir) {
  console.error('usage: node build.mjs FOLDER');
  process.exit(2);
}

const shared = {
  bundle: true,
  minify: true,
  target: 'es2022',
  outdir,
  publicPath: PUBLIC_PATH,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'linked',
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]', // fonts only, and those are named by their content
  define: { 'process.env.NODE_ENV': '"production"' },
};

// graphiql/style.css already holds Monaco's style; what Monaco's modules import would only be a second copy.
const monacoStyleOnce = {
  name: 'monaco-style-once',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/monaco-editor\/.*\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

// The fonts arrive as data: URLs. As files the browser loads only the alphabets it shows, and the style sheet,
// which blocks the first paint, loses three quarters of its size.
const fontsAsFiles = {
  name: 'fonts-as-files',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^data:font\// }, ({ path }) => {
      const [, format, base64] = path.match(/^data:font\/(\w+);base64,(.*)$/);
      const contents = Buffer.from(base64, 'base64');
      return { path: `font-${digest(contents)}.${format}`, namespace: 'font', pluginData: contents };
    });
    onLoad({ filter: /.*/, namespace: 'font' }, ({ pluginData }) => ({ contents: pluginData, loader: 'file' }));
  },
};

const digest = (content) => createHash('sha256').update(content).digest('hex').slice(0, 8);
const addressOf = (path) => PUBLIC_PATH + basename(path);

// Splitting makes an entry point of every dynamic import; ours is known by the name we gave it.
function outputOf({ metafile }, name) {
  const [path, { cssBundle }] = Object.entries(metafile.outputs).find(
    ([path, { entryPoint }]) => entryPoint && path.endsWith('.js') && basename(path).startsWith(`${name}-`),
  );
  return { script: addressOf(path), style: cssBundle && addressOf(cssBundle) };
}

async function buildWorker(name, entry) {
  const result = await build({ ...shared, entryPoints: { [name]: entry }, format: 'iife' });
  return outputOf(result, name).script;
}

async function buildWorkers() {
  const labels = Object.keys(WORKERS);
  const scripts = await Promise.all(labels.map((label) => buildWorker(`${label}.worker`, WORKERS[label])));
  return Object.fromEntries(labels.map((label, index) => [label, scripts[index]]));
}

async function buildPage(workers) {
  const result = await build({
    ...shared,
    entryPoints: { graphiql: 'main.jsx' },
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    loader: { '.graphql': 'text' },
    define: { ...shared.define, WORKER_URLS: JSON.stringify(workers) },
    alias: MODULES_OF_PRETTIER,
    external: ['graphql-ws'], // an optional import of the fetcher, not used here
    plugins: [monacoStyleOnce, fontsAsFiles],
  });
  return outputOf(result, 'graphiql');
}

async function copyIcon() {
  const content = await readFile('icon.svg');
  const name = `icon-${digest(content)}.svg`;
  await writeFile(join(outdir, name), content);
  return addressOf(name);
}

await mkdir(outdir, { recursive: true });
const page = { ...(await buildPage(await buildWorkers())), icon: await copyIcon() };
const html = await readFile('index.html', 'utf8');
await writeFile(join(outdir, 'index.html'), html.replace(/%(\w+)%/g, (_, name) => page[name]));
