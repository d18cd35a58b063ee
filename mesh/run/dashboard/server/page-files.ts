import { fileURLToPath } from 'node:url';
import { bundleBrowser } from '../page/bundle-browser.ts';
import { pageHtml } from '../page/page-html.ts';

interface PageFile {
  readonly type: string;
  readonly body: string;
}

const PATHS = ['/', '/app.js', '/app.css'] as const;
export type PagePath = (typeof PATHS)[number];

type PageFiles = Readonly<Record<PagePath, PageFile>>;

export function isPagePath(path: string): path is PagePath {
  return (PATHS as readonly string[]).includes(path);
}

/** Allows nothing but the files and the API of this server. Charts set styles of elements. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PAGE_HEADERS = { 'content-security-policy': POLICY } as const;

let files: Promise<PageFiles> | undefined;

/** Bundles the page at its first request, so that it costs no time at the start. */
export function loadPage(): Promise<PageFiles> {
  files ??= bundlePage();
  // A failure may have a transient cause, such as a full memory.
  files.catch(() => {
    files = undefined;
  });
  return files;
}

async function bundlePage(): Promise<PageFiles> {
  const { script, style } = await bundleBrowser(
    fileURLToPath(new URL('../browser/main.tsx', import.meta.url)),
  );
  return {
    '/': { type: 'text/html; charset=utf-8', body: pageHtml() },
    '/app.js': { type: 'text/javascript; charset=utf-8', body: script },
    '/app.css': { type: 'text/css; charset=utf-8', body: style },
  };
}
