import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serveHttp } from "./http-server.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = { ".js": "text/javascript", ".html": "text/html" };
const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title>
<script type="importmap">{"imports":{"@eventhub/client":"/src/index.js"}}</script>`;

/** The origin of a page that can import the package, as a browser gets it: source files, no build. @param {import("node:test").TestContext} t */
export function servePage(t) {
  return serveHttp(t, async (request, response) => {
    const { pathname } = new URL(request.url, "http://page");
    if (pathname === "/") return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    const file = /^\/(src|node_modules)\/[\w@./-]+$/.test(pathname) && !pathname.includes("..") ? await readFile(ROOT + pathname).catch(() => null) : null;
    response.writeHead(file ? 200 : 404, { "content-type": TYPES[extname(pathname)] ?? "text/plain" }).end(file ?? "");
  });
}

/** A page in a real Chromium, with a profile of its own. @param {import("node:test").TestContext} t @param {string} origin */
export async function openPage(t, origin) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(origin);
  return { page, problems };
}
