import type { Page } from 'playwright-core';
import { click, focus, type PageStep, press, pressEach, search, wait } from './page-steps.ts';

const SCROLLS = 8;
const SCROLL_PX = 400;

/** Interactions with the list of traces and with one trace. */
const TRACE_STEPS: readonly PageStep[] = [
  press('show the traces', 'g', 't'),
  wait('trace', (page) => page.locator('main [data-item]')),
  ...search('search traces', 'Items'),
  click('traces with errors', (page) => page.getByRole('checkbox', { name: 'Errors only' })),
  click('all traces', (page) => page.getByRole('checkbox', { name: 'Errors only' })),
  click('focus the minimum duration', (page) => page.getByRole('searchbox', { name: 'Minimum ms' })),
  ...pressEach('minimum duration', ['2', '0']),
  wait('trace', (page) => page.locator('main [data-item]')),
  press('leave the field', 'Escape'),
  ...pressEach('move in the traces', ['j', 'j']),
  press('open a trace', 'Enter'),
  wait('waterfall', waterfall),
  { name: 'scroll the waterfall', run: scrollWaterfall },
  focus('focus the waterfall', waterfall),
  ...pressEach('move in the waterfall', ['PageDown', 'PageDown', 'ArrowDown', 'End', 'Home', 'ArrowDown']),
  press('open a span', 'Enter'),
  press('collapse a span', 'ArrowLeft'),
  press('expand a span', 'ArrowRight'),
  press('close the span', 'Escape'),
];

const LOG_STEPS: readonly PageStep[] = [
  press('show the logs', 'g', 'l'),
  wait('log', (page) => page.locator('main [data-item]')),
  ...search('search logs', 'call'),
  ...pressEach('move in the logs', ['j', 'j', 'j']),
  press('expand a log', 'Enter'),
  click('expand another log', (page) => page.locator('main [data-item][aria-expanded=false]')),
  click('collapse a log', (page) => page.locator('main [data-item][aria-expanded=true]')),
];

const METRIC_STEPS: readonly PageStep[] = [
  press('show the metrics', 'g', 'm'),
  wait('metric', (page) => page.locator('main [data-item]')),
  ...search('search metrics', 'rpc'),
  click('open a metric', (page) => page.locator('main [data-item]')),
  click('range of 5 minutes', (page) => page.getByRole('radio', { name: '5 minutes' })),
  click('range of 1 hour', (page) => page.getByRole('radio', { name: '1 hour' })),
];

const PROCESS_STEPS: readonly PageStep[] = [
  press('show the processes', 'g', 'p'),
  wait('process', (page) => page.locator('main [data-item]')),
  click('console of a process', (page) => page.locator('main [data-item]')),
  click('console of all processes', (page) => page.locator('main [data-item]')),
  ...search('filter lines', 'Get'),
];

const FRAME_STEPS: readonly PageStep[] = [
  press('show the shortcuts', '?'),
  press('close the shortcuts', 'Escape'),
  press('pause', '.'),
  press('resume', '.'),
];

/** Interactions with all views but the graph. */
export const RECORD_STEPS: readonly PageStep[] = [
  ...TRACE_STEPS,
  ...LOG_STEPS,
  ...METRIC_STEPS,
  ...PROCESS_STEPS,
  ...FRAME_STEPS,
];

function waterfall(page: Page) {
  return page.getByRole('treegrid', { name: 'Spans' });
}

async function scrollWaterfall(page: Page): Promise<void> {
  await waterfall(page).hover();
  for (let scroll = 0; scroll < SCROLLS; scroll++) await page.mouse.wheel(0, SCROLL_PX);
}
