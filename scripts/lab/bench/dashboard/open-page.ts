import type { Page } from 'playwright-core';
import { launchBrowser } from '../../screenshots/capture.ts';
import type { EventTiming } from './interaction-latency.ts';

const VIEWPORT = { width: 1_440, height: 900 };
const START_TIMEOUT_MS = 60_000;

/** Runs in the page before its script: collects the events of interactions. */
const OBSERVE_EVENTS = `
globalThis.benchTimings = [];
for (const options of [{ type: 'event', durationThreshold: 16 }, { type: 'first-input' }])
  new PerformanceObserver((list) => {
    for (const { interactionId, startTime, duration } of list.getEntries())
      if (interactionId > 0) benchTimings.push({ interactionId, startTime, duration });
  }).observe({ ...options, buffered: true });
`;

/** The live page in Chromium. */
export interface OpenedPage {
  readonly page: Page;
  /** Returns the number of interactions since the page was opened, also of those without a timing. */
  countInteractions(): Promise<number>;
  /** Returns the timings of the events that took at least 16 ms. */
  readTimings(): Promise<readonly EventTiming[]>;
}

/**
 * Opens the live page in Chromium, passes it to `use`, and closes the browser.
 * @param failed ends the use when it rejects
 * @throws Error with the fix if Chromium cannot be started, or if the page has an error
 */
export async function withPage<T>(
  { url, token }: { readonly url: string; readonly token: string },
  failed: Promise<never>,
  use: (opened: OpenedPage) => Promise<T>,
): Promise<T> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(() => {});
    page.on('pageerror', (error) =>
      failure.reject(new Error(`the page failed: ${error.stack ?? error.message}`)),
    );
    page.on('crash', () => failure.reject(new Error('the page crashed')));
    await page.addInitScript(OBSERVE_EVENTS);
    await page.goto(`${url}/?token=${encodeURIComponent(token)}`, { timeout: START_TIMEOUT_MS });
    await page.getByRole('heading', { name: 'Graph', exact: true }).waitFor({ timeout: START_TIMEOUT_MS });
    const opened: OpenedPage = {
      page,
      countInteractions: () => page.evaluate<number>('performance.interactionCount'),
      readTimings: () => page.evaluate<readonly EventTiming[]>('benchTimings'),
    };
    return await Promise.race([use(opened), failure.promise, failed]);
  } finally {
    await browser.close();
  }
}
