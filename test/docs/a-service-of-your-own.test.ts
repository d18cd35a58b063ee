import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client, credentials, type ServiceError as GrpcError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fromStatus } from '../../services/kit/grpc/error-status.ts';
import { ask, Customer } from '../shop/customer.ts';
import { type RunningShop, startShop } from '../shop/running-shop.ts';
import { until } from '../until.ts';
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

test('the service of the page runs, has an error of its own, and touches no other file', async () => {
  const files = documentedFiles(await readFile('docs/a-service-of-your-own.md', 'utf8'));
  for (const { path, content } of files) {
    const file = join(checkout, path);
    await mkdir(dirname(file), { recursive: true });
    const isPart = path === 'charts/shop.ts';
    await writeFile(file, isPart ? withLines(await readFile(file, 'utf8'), content) : content);
    if (path.endsWith('.proto')) execFileSync('node', ['scripts/proto.ts'], { cwd: checkout, stdio: 'pipe' });
  }
  const others = files
    .map(({ path }) => path)
    .filter((path) => !/^services\/(proto\/weft\/)?loyalty\//.test(path));
  expect(new Set(others)).toEqual(new Set(['charts/shop.ts']));
  // Scripts and tests do not see the new service.
  const parts = { extends: './tsconfig.json', include: ['charts', 'imports', 'mesh', 'services'] };
  await writeFile(join(checkout, 'tsconfig.parts.json'), JSON.stringify(parts));
  run('tsc', '--project', 'tsconfig.parts.json');
  run('biome', 'check', 'services/loyalty', 'charts/shop.ts');

  shop = await startShop(checkout);
  const [, address = ''] = /grpc=(\S+)/.exec(await shop.logged(/loyalty.* ready .*grpc=/)) ?? [];
  const error = await getPoints(address, '01935a1e-7c1f-7e0a-9f3a-3d1c5b7a9e10').catch(fromStatus);
  expect(error).toMatchObject({
    code: 'no-points',
    message: 'order 01935a1e-7c1f-7e0a-9f3a-3d1c5b7a9e10 has no points; wait until it is confirmed',
  });

  const customer = await Customer.register(shop.gateway);
  const { items } = (await ask(shop.gateway, 'GET', '/v1/products?limit=1')).body;
  const placed = await customer.order([{ productId: items[0].id, quantity: 1 }]);
  expect(await customer.terminal(placed.body.id)).toBe('confirmed');

  const line = await shop.logged(/loyalty.*points awarded.*/);
  const points = Math.floor(placed.body.total.amount / 100);
  expect(line).toContain(`points=${points}`);
  expect(line).toContain('A Stranger');
  // The handler logs before its transaction commits.
  const response = await until('the points are committed', () =>
    getPoints(address, placed.body.id).catch(() => undefined),
  );
  expect(response).toEqual(Buffer.from([0x08, ...varint(points)]));
});

/** Calls GetPoints without the generated code, which only the copy of the checkout has. Returns the encoded response. */
async function getPoints(address: string, orderId: string): Promise<Buffer> {
  const client = new Client(address, credentials.createInsecure());
  const request = Buffer.concat([Buffer.from([0x0a, orderId.length]), Buffer.from(orderId)]);
  const passThrough = (bytes: Buffer) => bytes;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const path = '/weft.loyalty.v1.LoyaltyService/GetPoints';
      client.makeUnaryRequest(
        path,
        passThrough,
        passThrough,
        request,
        (error: GrpcError | null, response?: Buffer) =>
          error ? reject(error) : resolve(response ?? Buffer.alloc(0)),
      );
    });
  } finally {
    client.close();
  }
}

/** Encodes a whole number as protobuf does. */
function varint(number: number): readonly number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...varint(number >> 7)];
}

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

/** Inserts an import before those that sort after it, and other lines at the end of the constructor. */
function withLines(source: string, lines: string): string {
  const at = lines.startsWith('import ')
    ? source.indexOf('import { NotificationServiceDefinition }')
    : source.lastIndexOf('  }\n}');
  if (at < 0) throw new Error('charts/shop.ts does not have the place that the page names');
  return source.slice(0, at) + lines + source.slice(at);
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(join('node_modules', '.bin', command), args, {
    cwd: checkout,
    stdio: 'pipe',
    encoding: 'utf8',
  });
}
