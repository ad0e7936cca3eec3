// Drives a real browser from another process: `node browser.mjs '{"executable": …, "arguments": […]}'`.
// Reads one JSON array [action, ...arguments] a line, answers each with one line: {"value": …} or {"error": …}.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const { executable, arguments: args } = JSON.parse(process.argv[2]);
const browser = await chromium.launch({ executablePath: executable, args });
const contexts = new Map();
let page;

const actions = {
  // Another person's browser, or the same again: cookies are kept by name.
  async become(name) {
    if (!contexts.has(name)) contexts.set(name, await (await browser.newContext()).newPage());
    page = contexts.get(name);
    page.setDefaultTimeout(20_000);
  },
  async goto(url) {
    return (await page.goto(url)).status();
  },
  url: () => page.url(),
  text: () => page.innerText('body'),
  arrive: (url) => page.waitForURL(url),
  fill: (selector, value) => page.fill(selector, value),
  press: (name) => page.getByRole('button', { name }).click(),
  follow: (name) => page.getByRole('link', { name }).click(),
  cookies: (url) => page.context().cookies(url),
  run: (script) => page.evaluate(script),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [action, ...given] = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: (await actions[action](...given)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: `${action} ${given.join(' ')}: ${error.message}` }));
  }
}
await browser.close();
