import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lab/screenshots/capture.ts';
import { Customer } from '../shop/customer.ts';
import { type RunningShop, startShop } from '../shop/running-shop.ts';
import { until } from '../until.ts';
import { violationsOf } from './axe.ts';

let shop: RunningShop;
let browser: Browser;
let axeScript = '';
let admin: Customer;

beforeAll(async () => {
  axeScript = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  browser = await launchBrowser();
  shop = await startShop();
  admin = await Customer.signIn(shop.gateway, shop.admin);
});

afterAll(async () => {
  await browser?.close();
  await shop?.stop();
});

/** A cumulative layout shift that is not visible: a text that moves by a fraction of a pixel. */
const MAX_LAYOUT_SHIFT = 0.0001;

interface PageOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly javaScriptEnabled?: boolean;
  /** Whether the script of axe-core may run, which the content security policy refuses. @default false */
  readonly bypassCSP?: boolean;
}

async function openPage(options: PageOptions = {}): Promise<Page> {
  const { width = 1_280, ...others } = options;
  const context = await browser.newContext({
    ...others,
    baseURL: shop.storefront,
    viewport: { width, height: 844 },
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  return context.newPage();
}

async function register(page: Page): Promise<void> {
  await page.goto('/sign-up');
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Email address').fill(`${randomUUID()}@example.test`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

async function makeProduct(stock: number, name = `Vase ${randomUUID()}`): Promise<string> {
  const price = { amount: 1_990, currency: 'EUR' };
  const { body } = await admin.send('POST', '/v1/products', {
    name,
    description: 'Thrown by hand.',
    price,
    stock,
  });
  return body.id;
}

/** Puts a product into the cart, and opens the checkout. */
async function openCheckout(page: Page, productId: string): Promise<void> {
  await page.goto(`/products/${productId}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Check out' }).waitFor();
}

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])('a customer, %j,', (options) => {
  test('registers, finds a product, pays, and watches the order until it is confirmed', async () => {
    const page = await openPage(options);
    await page.goto('/');
    await page.getByRole('searchbox', { name: 'Search products' }).fill('espresso');
    await page.getByRole('searchbox', { name: 'Search products' }).press('Enter');
    await page.getByRole('link', { name: /Espresso Cup/ }).click();
    await page.getByLabel('Quantity').fill('2');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('heading', { name: 'Your cart' }).waitFor();
    expect(await page.locator('[data-total]').textContent()).toBe('€49.80');
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Email address').fill(`${randomUUID()}@example.test`);
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Pay €49.80' }).dblclick();
    await page.waitForURL(/\/orders\/[\da-f-]{36}$/);
    await until('the order is confirmed', async () => {
      if (!options.javaScriptEnabled) await page.reload();
      return (await page.locator('[data-title]').textContent()) === 'Confirmed';
    });
    await page.goto('/orders');
    expect(await page.locator('.row').count()).toBe(1);
    const notifications = await until('the notification has arrived', async () => {
      await page.goto('/notifications');
      const text = await page.locator('main').textContent();
      return text?.includes('confirmed') && text;
    });
    expect(notifications).toContain('€49.80');
    await page.context().close();
  });

  test('sees that the card was declined, and that nothing was charged', async () => {
    const page = await openPage(options);
    await register(page);
    await openCheckout(page, await makeProduct(5));
    await page.getByLabel(/ending in 0002/).check();
    await page.getByRole('button', { name: 'Pay €19.90' }).click();
    await page.waitForURL(/\/orders\//);
    await until('the order is cancelled', async () => {
      if (!options.javaScriptEnabled) await page.reload();
      return (await page.locator('[data-detail]').textContent())?.includes('Your card was declined.');
    });
    await page.getByRole('button', { name: 'Order again' }).click();
    await page.getByRole('heading', { name: 'Your cart' }).waitFor();
    await page.context().close();
  });

  test('is not charged for the last unit, which another customer bought first', async () => {
    const productId = await makeProduct(1);
    const page = await openPage(options);
    await register(page);
    await openCheckout(page, productId);
    const rival = await Customer.register(shop.gateway);
    const placed = await rival.order([{ productId, quantity: 1 }]);
    expect(await rival.terminal(placed.body.id)).toBe('confirmed');
    await page.getByRole('button', { name: 'Pay €19.90' }).click();
    await page.getByText('Fewer in stock than you want').waitFor();
    await page.goto('/orders');
    await page.getByText('You have no orders yet.').waitFor();
    await page.context().close();
  });
});

test('an open product page shows a new stock, and the button of a product that sold out is disabled', async () => {
  const productId = await makeProduct(9);
  const page = await openPage();
  await page.goto(`/products/${productId}`);
  await page.getByText('In stock, 9 units').waitFor();
  await admin.send('PUT', `/v1/products/${productId}/stock`, { quantity: 2 });
  await page.getByText('Only 2 left').waitFor();
  await admin.send('PUT', `/v1/products/${productId}/stock`, { quantity: 0 });
  await page.getByText('Sold out').waitFor();
  expect(await page.getByRole('button', { name: 'Add to cart' }).isDisabled()).toBe(true);
  await page.context().close();
});

test('an admin imports a file, sees the result, and sets a stock', async () => {
  const page = await openPage();
  await page.goto('/sign-in?return=/admin');
  await page.getByLabel('Email address').fill(shop.admin.email);
  await page.getByLabel('Password').fill(shop.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const line = (index: number) =>
    JSON.stringify({
      name: `Import ${index}`,
      description: '',
      price: { amount: 100, currency: 'EUR' },
      stock: 1,
    });
  const buffer = Buffer.from(Array.from({ length: 3_000 }, (_, index) => line(index)).join('\n'));
  await page
    .getByLabel(/^File/)
    .setInputFiles({ name: 'products.ndjson', mimeType: 'application/x-ndjson', buffer });
  await page.getByRole('button', { name: 'Import products' }).click();
  await page.getByText('3000 products were imported.').waitFor();
  await page.getByLabel('Units of Espresso Cup, Set of 4').fill('77');
  await page.getByLabel('Units of Espresso Cup, Set of 4').press('Enter');
  await page.waitForURL('**/admin');
  expect(await page.getByLabel('Units of Espresso Cup, Set of 4').inputValue()).toBe('77');
  await page.context().close();
});

/** Paths of all pages, of a customer who has an order and a full cart, or of an admin. */
async function pagesOf(page: Page): Promise<readonly string[]> {
  await register(page);
  await openCheckout(page, await makeProduct(5));
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.waitForURL(/\/orders\//);
  const orderPath = new URL(page.url()).pathname;
  const productId = await makeProduct(3);
  await page.goto(`/products/${productId}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('heading', { name: 'Your cart' }).waitFor();
  return [
    '/',
    '/?q=coffee',
    '/?q=no+such+thing',
    `/products/${productId}`,
    '/cart',
    '/checkout',
    '/orders',
    orderPath,
    '/notifications',
    '/nowhere',
  ];
}

describe.each([
  { colorScheme: 'light', width: 1_280 },
  { colorScheme: 'dark', width: 1_280 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 320 },
] as const)('on a page of $width pixels in $colorScheme colors', (options) => {
  test('axe-core finds nothing, and no page scrolls sideways', async () => {
    const page = await openPage({ ...options, bypassCSP: true });
    const problems: string[] = [];
    const inspect = async (path: string) => {
      await page.goto(path);
      problems.push(...(await violationsOf(page, axeScript)).map((violation) => `${path}: ${violation}`));
      const overflow = (await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )) as number;
      if (overflow > 0) problems.push(`${path}: scrolls sideways by ${overflow} pixels`);
    };
    await inspect('/sign-in');
    await inspect('/sign-up');
    for (const path of await pagesOf(page)) await inspect(path);
    await page.goto('/orders');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/sign-in?return=/admin');
    await page.getByLabel('Email address').fill(shop.admin.email);
    await page.getByLabel('Password').fill(shop.admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Manage products' }).waitFor();
    await inspect('/admin');
    await page.context().close();
    expect(problems).toEqual([]);
  });
});

test('no page breaks its content security policy, shifts its layout, or transfers more than 50 KB at first', async () => {
  const page = await openPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto('/');
  const bytes = (await page.evaluate(
    `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
       .reduce((sum, { transferSize }) => sum + transferSize, 0)`,
  )) as number;
  expect(bytes).toBeGreaterThan(5_000);
  expect(bytes).toBeLessThan(50_000);
  const paths = await pagesOf(page);
  for (const path of paths.filter((one) => one !== '/nowhere')) {
    await page.goto(path);
    const shift = (await page.evaluate(`new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum), 300);
    })`)) as number;
    if (shift >= MAX_LAYOUT_SHIFT) problems.push(`${path} shifts its layout by ${shift}`);
  }
  await page.context().close();
  expect(problems).toEqual([]);
});

test('a product is bought by keyboard alone, with a visible focus', async () => {
  const page = await openPage();
  await register(page);
  await page.goto(`/products/${await makeProduct(5)}`);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Add to cart');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your cart' }).waitFor();
  await tabTo(page, 'Check out');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Check out' }).waitFor();
  await tabTo(page, 'Pay €19.90');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/orders\//);
  await page.context().close();
});

/** Presses Tab until an element with this text has the focus. @throws Error if its focus is not visible */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const focus = (await page.evaluate(`(() => {
      const element = document.activeElement;
      return { text: element.textContent.trim(), outline: getComputedStyle(element).outlineStyle };
    })()`)) as { readonly text: string; readonly outline: string };
    if (focus.text !== text) continue;
    expect(focus.outline).not.toBe('none');
    return;
  }
  throw new Error(`Tab does not reach '${text}'`);
}
