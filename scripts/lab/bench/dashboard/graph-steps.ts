import type { Page } from 'playwright-core';
import { click, focus, type PageStep, press, pressEach, search, wait } from './page-steps.ts';

const DRAG_STEPS = 6;
const DRAG_PX = 30;

/** Interactions with the graph: filter, zoom, pan, panels of calls, and the table. */
export const GRAPH_STEPS: readonly PageStep[] = [
  press('show the graph', 'g', 'g'),
  wait('graph', (page) => page.getByRole('heading', { name: 'Graph', exact: true })),
  ...search('filter services', '042'),
  focus('focus the drawing', canvas),
  ...pressEach('zoom by key', ['+', '+', '-', '+', '+']),
  ...pressEach('pan by key', ['ArrowRight', 'ArrowDown', 'ArrowLeft']),
  click('zoom in', (page) => page.getByRole('button', { name: 'Zoom in' })),
  click('zoom out', (page) => page.getByRole('button', { name: 'Zoom out' })),
  { name: 'pan by mouse', run: drag },
  { name: 'zoom by wheel', run: zoomByWheel },
  { name: 'open the panel of an edge', run: clickEdge },
  wait('panel', (page) => page.getByRole('button', { name: 'Close the call' })),
  press('close the panel', 'Escape'),
  press('show all', '0'),
  click('sort by rate', (page) => page.getByRole('button', { name: 'Rate', exact: true })),
  click('sort by p99', (page) => page.getByRole('button', { name: 'p99', exact: true })),
  ...pressEach('move in the table', ['j', 'j', 'k']),
  press('open the panel of a row', 'Enter'),
  wait('panel', (page) => page.getByRole('button', { name: 'Close the call' })),
  click('close the panel by its button', (page) => page.getByRole('button', { name: 'Close the call' })),
];

function canvas(page: Page) {
  return page.getByRole('region', { name: /^Drawing of the graph/ });
}

async function centerOf(page: Page): Promise<{ readonly x: number; readonly y: number }> {
  const box = await canvas(page).boundingBox();
  if (!box) throw new Error('the drawing of the graph is not visible');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function drag(page: Page): Promise<void> {
  const { x, y } = await centerOf(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= DRAG_STEPS; step++)
    await page.mouse.move(x + step * DRAG_PX, y + step * DRAG_PX);
  await page.mouse.up();
}

async function zoomByWheel(page: Page): Promise<void> {
  const { x, y } = await centerOf(page);
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (const delta of [-120, -120, 120, 120]) await page.mouse.wheel(0, delta);
  await page.keyboard.up('Control');
}

/** Returns the middle of the line of an edge that no other element covers. */
const FIND_EDGE = `(() => {
  for (const path of document.querySelectorAll('a.edge path.hit')) {
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
    if (document.elementFromPoint(x, y)?.closest('a.edge')) return { x, y };
  }
})()`;

async function clickEdge(page: Page): Promise<void> {
  const point = await page.evaluate<{ readonly x: number; readonly y: number } | undefined>(FIND_EDGE);
  if (!point) throw new Error('no edge of the graph is visible');
  await page.mouse.click(point.x, point.y);
}
