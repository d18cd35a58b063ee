import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { makeFolder } from '../../../mesh/run/process/make-folder.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import type { DashboardAddress } from '../../operate/telemetry/find-dashboard.ts';

/** Sizes of the window. */
const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A view of the live page, and the name of its file. */
interface View {
  readonly name: string;
  readonly path: string;
  /** Selector of an element that is present once the view has its data. */
  readonly ready: string;
}

/** Starts Chromium. @throws Error with the fix if it is not installed */
export async function launchBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath: CHROMIUM,
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 && { args: ['--no-sandbox'] }),
    });
  } catch (error) {
    throw new Error(
      `cannot start ${CHROMIUM}; install the package chromium, or set CHROMIUM to the path of the browser`,
      { cause: error },
    );
  }
}

/** Views of which the documentation has an image. */
const DOCUMENTED_VIEWS: readonly string[] = ['graph', 'call', 'trace'];

/** Suffixes of file names with the size of the window and the colors. */
export const SCREENSHOT_VARIANTS = [
  ['', DESKTOP, 'light'],
  ['-dark', DESKTOP, 'dark'],
  ['-phone', PHONE, 'light'],
] as const;

/**
 * Takes screenshots of the live page.
 *
 * @param isComplete whether to take each view in light and dark colors and in the width of a phone, and not only those of
 *   the documentation
 * @returns the paths of the files
 */
export async function captureViews(
  dashboard: DashboardAddress,
  folder: string,
  isComplete: boolean,
): Promise<readonly string[]> {
  await makeFolder(folder);
  const all = await findViews(dashboard);
  const views = isComplete ? all : all.filter(({ name }) => DOCUMENTED_VIEWS.includes(name));
  const variants = isComplete ? SCREENSHOT_VARIANTS : SCREENSHOT_VARIANTS.slice(0, 1);
  const browser = await launchBrowser();
  try {
    const files: string[] = [];
    for (const [suffix, viewport, colorScheme] of variants) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${dashboard.url}/?token=${dashboard.token}`);
      for (const view of views) files.push(await capture(page, dashboard.url, view, suffix, folder));
      await context.close();
    }
    return files;
  } finally {
    await browser.close();
  }
}

async function capture(page: Page, url: string, view: View, suffix: string, folder: string): Promise<string> {
  await page.goto(`${url}/#${view.path}`);
  await page.locator(view.ready).first().waitFor();
  const file = join(folder, `live-page-${view.name}${suffix}.png`);
  await page.screenshot({ path: file });
  return file;
}

const TRACES = z.object({ traces: z.array(z.object({ traceId: z.string(), errors: z.number() })) });

/** Returns the views, with a trace that has retries. */
async function findViews({ url, token }: DashboardAddress): Promise<readonly View[]> {
  const headers = { 'x-api-key': token };
  const response = await fetch(`${url}/api/traces?text=PlaceOrder&error=true&limit=1`, { headers });
  const { traces } = readJson(TRACES, await response.text(), { name: response.url });
  return [
    { name: 'graph', path: '/graph', ready: 'main svg text' },
    { name: 'call', path: '/graph/order%2Fpayment?field=retries.on', ready: 'text=Decisions' },
    { name: 'processes', path: '/processes', ready: 'main .console-box .line' },
    { name: 'traces', path: '/traces', ready: 'text=POST /v1/orders' },
    ...traces.map(({ traceId }) => ({
      name: 'trace',
      path: `/traces/${traceId}`,
      ready: 'text=notification',
    })),
    { name: 'logs', path: '/logs', ready: 'main .log-line' },
    {
      name: 'metrics',
      path: '/metrics/rpc_client_call_duration_seconds?service=order&range=300',
      ready: 'main canvas',
    },
  ];
}
