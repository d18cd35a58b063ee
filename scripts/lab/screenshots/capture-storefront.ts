import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { makeFolder } from '../../../mesh/run/process/make-folder.ts';
import { launchBrowser, SCREENSHOT_VARIANTS } from './capture.ts';

/** Height of the window in which a page of the storefront is shown as far as the second row of products. */
const HEIGHT = 1_080;

/**
 * Takes screenshots of the storefront.
 *
 * @param isComplete whether to take each page in light and dark colors and in the width of a phone, and not only the
 *   image of the documentation
 * @returns the paths of the files
 */
export async function captureStorefront(
  url: string,
  folder: string,
  isComplete: boolean,
): Promise<readonly string[]> {
  await makeFolder(folder);
  const browser = await launchBrowser();
  try {
    const files: string[] = [];
    for (const [suffix, viewport, colorScheme] of isComplete
      ? SCREENSHOT_VARIANTS
      : SCREENSHOT_VARIANTS.slice(0, 1)) {
      const size = { ...viewport, height: HEIGHT };
      const context = await browser.newContext({ viewport: size, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const save = async (name: string) => {
        const file = join(folder, `storefront-${name}${suffix}.png`);
        await page.screenshot({ path: file });
        files.push(file);
      };
      await page.goto(url);
      await save('catalogue');
      if (isComplete) await captureOtherPages(page, save);
      await context.close();
    }
    return files;
  } finally {
    await browser.close();
  }
}

async function captureOtherPages(page: Page, save: (name: string) => Promise<void>): Promise<void> {
  await page.locator('.card a').first().click();
  await save('product');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('heading', { name: 'Your cart' }).waitFor();
  await save('cart');
  await page.getByRole('link', { name: 'Check out' }).click();
  await save('sign-in');
}
