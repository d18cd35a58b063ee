import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, Customer } from '../shop/customer.ts';
import { type RunningShop, startShop } from '../shop/running-shop.ts';
import { documentedFiles } from './documented-files.ts';

let checkout: string;
let shop: RunningShop | undefined;

beforeAll(async () => {
  checkout = await copyOfCheckout();
});

afterAll(async () => {
  await shop?.stop();
  await rm(checkout, { recursive: true, force: true });
});

test('what the page says gives a running service, and touches nothing else', async () => {
  const files = documentedFiles(await readFile('docs/a-service-of-your-own.md', 'utf8'));
  for (const { path, content } of files) {
    const file = join(checkout, path);
    await mkdir(dirname(file), { recursive: true });
    const whole =
      path === 'charts/shop.ts' ? atEndOfConstructor(await readFile(file, 'utf8'), content) : content;
    await writeFile(file, whole);
  }
  expect(files.map((file) => file.path).filter((path) => !path.startsWith('services/loyalty/'))).toEqual([
    'charts/shop.ts',
  ]);
  // Scripts and tests do not see the new service.
  const parts = { extends: './tsconfig.json', include: ['charts', 'imports', 'mesh', 'services'] };
  await writeFile(join(checkout, 'tsconfig.parts.json'), JSON.stringify(parts));
  run('tsc', '--project', 'tsconfig.parts.json');
  run('biome', 'check', 'services/loyalty', 'charts/shop.ts');

  shop = await startShop(checkout);
  const customer = await Customer.register(shop.gateway);
  const { items } = (await ask(shop.gateway, 'GET', '/v1/products?limit=1')).body;
  const placed = await customer.order([{ productId: items[0].id, quantity: 1 }]);
  expect(await customer.terminal(placed.body.id)).toBe('confirmed');

  const line = await shop.logged(/loyalty.*points awarded.*/);
  expect(line).toContain(`points=${Math.floor(placed.body.total.amount / 100)}`);
  expect(line).toContain('A Stranger');
});

async function copyOfCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'weft-checkout-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { encoding: 'utf8' });
  for (const file of files.split('\0').filter(Boolean)) {
    await cp(file, join(copy, file)).catch((error: NodeJS.ErrnoException) => {
      // Listed, but deleted and not yet committed.
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await symlink(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function atEndOfConstructor(source: string, lines: string): string {
  const end = source.lastIndexOf('  }\n}');
  if (end < 0) throw new Error('charts/shop.ts does not end with a constructor');
  return source.slice(0, end) + lines + source.slice(end);
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(join('node_modules', '.bin', command), args, {
    cwd: checkout,
    stdio: 'pipe',
    encoding: 'utf8',
  });
}
