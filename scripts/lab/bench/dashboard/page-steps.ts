import type { Locator, Page } from 'playwright-core';

/** A few interactions with the page, such as a shortcut of two keys. */
export interface PageStep {
  readonly name: string;
  readonly run: (page: Page) => Promise<void>;
}

/** Time without input between two steps, in milliseconds. */
const PAUSE_MS = 150;

/** Presses keys one after the other. */
export function press(name: string, ...keys: readonly string[]): PageStep {
  return {
    name,
    async run({ keyboard }) {
      for (const key of keys) await keyboard.press(key);
    },
  };
}

/** Presses each key as a step of its own. */
export function pressEach(name: string, keys: readonly string[]): readonly PageStep[] {
  return keys.map((key) => press(`${name}: ${key}`, key));
}

/** Types a text into the search of the view and deletes it. */
export function search(name: string, text: string): readonly PageStep[] {
  return [
    press(`${name}: focus`, '/'),
    ...pressEach(`${name}: type`, [...text]),
    ...pressEach(
      name,
      [...text].map(() => 'Backspace'),
    ),
    press(`${name}: leave`, 'Escape'),
  ];
}

/** Clicks the first element that `locate` finds. */
export function click(name: string, locate: (page: Page) => Locator): PageStep {
  return { name, run: (page) => locate(page).first().click() };
}

/** Sets the focus without an interaction. */
export function focus(name: string, locate: (page: Page) => Locator): PageStep {
  return { name, run: (page) => locate(page).first().focus() };
}

/** Waits for an element without an interaction. */
export function wait(name: string, locate: (page: Page) => Locator): PageStep {
  return { name, run: (page) => locate(page).first().waitFor() };
}

/** Waits until the page has painted the effects of a step, and for a moment longer. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
  await page.waitForTimeout(PAUSE_MS);
}
