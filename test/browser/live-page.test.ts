import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lab/screenshots/capture.ts';
import { until } from '../until.ts';
import { violationsOf } from './axe.ts';
import { type LiveShop, startLiveShop } from './live-shop.ts';

let shop: LiveShop;
let browser: Browser;
let axeScript = '';

beforeAll(async () => {
  axeScript = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  browser = await launchBrowser();
  shop = await startLiveShop(8);
});

afterAll(async () => {
  await browser?.close();
  await shop?.stop();
});

interface PageOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
}

async function openPage({ colorScheme = 'light', width = 1_280 }: PageOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme,
    reducedMotion: 'reduce',
    // The content security policy of the page would refuse the script of axe-core.
    bypassCSP: true,
  });
  const page = await context.newPage();
  const { url, token } = shop.dashboard;
  await page.goto(`${url}/?token=${token}`);
  await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
  return page;
}

/** Returns the id of a trace with a retried call. */
async function failedTraceId(): Promise<string> {
  const { url, token } = shop.dashboard;
  const response = await fetch(`${url}/api/traces?error=true&text=PlaceOrder&limit=1`, {
    headers: { 'x-api-key': token },
  });
  const { traces } = (await response.json()) as { traces: readonly { readonly traceId: string }[] };
  return traces[0]?.traceId ?? '';
}

/** Routes of all views with a text that each shows once it has its data. */
const VIEWS = async (): Promise<Readonly<Record<string, string>>> => ({
  '/graph': 'undeclared',
  '/graph/order%2Fpayment': 'Decisions',
  '/processes': 'postgres',
  '/traces': 'POST /v1/orders',
  [`/traces/${await failedTraceId()}`]: 'notification',
  '/logs': 'Logs',
  '/metrics/rpc_client_call_duration_seconds': 'rpc_client_call_duration_seconds',
});

describe.each([
  { colorScheme: 'light', width: 1_280 },
  { colorScheme: 'dark', width: 1_280 },
  { colorScheme: 'light', width: 390 },
] as const)('on a page of $width pixels in $colorScheme colors', (options) => {
  test('axe-core finds nothing in any view, and no view scrolls sideways', async () => {
    const page = await openPage(options);
    const problems: string[] = [];
    for (const [path, text] of Object.entries(await VIEWS())) {
      await page.goto(`${shop.dashboard.url}/#${path}`);
      await page.getByText(text).first().waitFor({ state: 'attached' });
      problems.push(...(await violationsOf(page, axeScript)).map((violation) => `${path}: ${violation}`));
      const overflow = (await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )) as number;
      if (overflow > 0) problems.push(`${path}: scrolls sideways by ${overflow} pixels`);
    }
    await page.context().close();
    expect(problems).toEqual([]);
  });
});

test('each view is reached, searched and left by keyboard alone', async () => {
  const page = await openPage();
  const heading = () => page.getByRole('heading', { level: 1 }).first();
  const goTo = async (key: string, title: RegExp) => {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name: title }).first().waitFor({ state: 'attached' });
  };
  await goTo('p', /processes/i);
  await goTo('l', /logs/i);
  await goTo('m', /metrics/i);
  await goTo('g', /graph/i);
  await goTo('t', /traces/i);
  // "/" focuses the search; letters typed there are no shortcuts.
  await page.keyboard.press('/');
  await page.keyboard.type('gt');
  expect(await page.evaluate('document.activeElement.value')).toBe('gt');
  expect(await heading().textContent()).toMatch(/traces/i);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Escape');
  // j and Enter open the first trace.
  await page.getByText('POST /v1/orders').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/traces\/[\da-f]{32}/);
  await page.goBack();
  await page.waitForURL(/#\/traces(?!\/)/);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.context().close();
});

test('every control of a view has a visible focus that Tab reaches', async () => {
  const page = await openPage();
  for (const path of ['/graph', '/processes', '/traces', '/logs', '/metrics']) {
    await page.goto(`${shop.dashboard.url}/#${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    const elements = new Set<number>();
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      const focus = (await page.evaluate(`(() => {
        const element = document.activeElement;
        // The focus of a row is drawn around the whole row.
        const styles = [getComputedStyle(element), getComputedStyle(element, '::after')];
        const isVisible = styles.some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none');
        const name = element.getAttribute('aria-label') || element.textContent || element.id || element.tagName;
        const index = [...document.querySelectorAll('*')].indexOf(element);
        return { index, name: name.trim(), isVisible, tag: element.tagName };
      })()`)) as {
        readonly index: number;
        readonly name: string;
        readonly isVisible: boolean;
        readonly tag: string;
      };
      if (focus.tag !== 'BODY') expect([path, focus.name, focus.isVisible]).toEqual([path, focus.name, true]);
      elements.add(focus.index);
    }
    expect(elements.size).toBeGreaterThan(5);
  }
  await page.context().close();
});

test('a stopped process is shown as stopped, and starts again', async () => {
  const page = await openPage();
  await page.goto(`${shop.dashboard.url}/#/processes`);
  const row = page.getByRole('row').filter({ hasText: 'notification' });
  await row.getByRole('button', { name: /stop/i }).click();
  await row.getByText('stopped').waitFor();
  await row.getByRole('button', { name: /^start/i }).click();
  await row.getByText('ready', { exact: true }).waitFor();
  await page.context().close();
});

test('an open page goes on when the dashboard is killed, and earlier traces are still there', async () => {
  const page = await openPage();
  const traceId = await failedTraceId();
  const { url, token } = shop.dashboard;
  const headers = { 'x-api-key': token };
  const processes = async () => {
    const response = await fetch(`${url}/api/processes`, { headers });
    const body = (await response.json()) as {
      processes: readonly { readonly name: string; readonly pid: number; readonly restarts: number }[];
    };
    return body.processes.find(({ name }) => name === 'dashboard');
  };
  process.kill((await processes())?.pid ?? 0, 'SIGKILL');
  await until('the dashboard runs again', async () => {
    const again = await processes().catch(() => undefined);
    return again?.restarts === 1;
  });
  await page.goto(`${url}/#/traces/${traceId}`);
  await page.getByText('notification').first().waitFor();
  await page.context().close();
});
