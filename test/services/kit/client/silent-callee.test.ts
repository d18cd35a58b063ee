import { afterEach, expect, test } from '@jest/globals';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

/** Long enough for a busy machine to answer a PING, short enough for a test. */
const HEARTBEAT = { intervalMs: 50, timeoutMs: 500 };
const NEVER = { intervalMs: 3_600_000, timeoutMs: 3_600_000 };

const world = productWorld();
const links: Link[] = [];
afterEach(async () => {
  // Servers would wait for silent connections when they stop.
  for (const link of links.splice(0)) link.close();
  await world.close();
});

/** Opens a link to a server whose stock stream sends one message and then stays silent. */
async function linkedServer(heartbeat = NEVER) {
  const cancelled = Promise.withResolvers<void>();
  const { address } = await world.serve(
    {
      getProduct: async () => ({ product: PRODUCT }),
      watchStock: async function* ({ id }, { signal }) {
        signal.addEventListener('abort', () => cancelled.resolve());
        yield { productId: id, stock: 1, at: new Date() };
        await cancelled.promise;
      },
    },
    { heartbeat },
  );
  const link = await Link.open(address);
  links.push(link);
  return { link, cancelled: cancelled.promise };
}

const LAYERS = [
  ['enforced here', { policy: { timeout: 'none' } }],
  ['left to the mesh', {}],
] as const;

test.each(LAYERS)(
  'a call without a response ends, and the next call uses a new connection: %s',
  async (_, options) => {
    const { link } = await linkedServer();
    const client = world.client([link.address], { ...options, heartbeat: HEARTBEAT });
    await client.getProduct({ id: 'a' });
    link.silence();
    await expect(client.getProduct({ id: 'a' })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(client.getProduct({ id: 'a' })).resolves.toEqual({ product: PRODUCT });
  },
);

test.each(LAYERS)('a dead connection is closed before a call needs it: %s', async (_, options) => {
  const { link } = await linkedServer();
  const client = world.client([link.address], { ...options, heartbeat: HEARTBEAT });
  const events = client.watchStock({ id: 'a' })[Symbol.asyncIterator]();
  expect((await events.next()).value).toMatchObject({ stock: 1 });
  link.silence();
  // The stream is silent: only the heartbeat can end it.
  await expect(events.next()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(client.getProduct({ id: 'a' })).resolves.toEqual({ product: PRODUCT });
});

test.each(LAYERS)('a callee that accepts a connection and stays silent times out: %s', async (_, options) => {
  const { link } = await linkedServer();
  const mend = link.blackHole();
  const client = world.client([link.address], { ...options, heartbeat: HEARTBEAT, connectTimeoutMs: 300 });
  await expect(client.getProduct({ id: 'a' })).rejects.toMatchObject({ code: 'unavailable' });
  mend();
  await eventually(() =>
    client.getProduct({ id: 'a' }).then(
      () => true,
      () => false,
    ),
  );
});

test('a connection with a completed handshake is kept', async () => {
  const { link } = await linkedServer();
  const connectTimeoutMs = 300;
  const client = world.client([link.address], { heartbeat: HEARTBEAT, connectTimeoutMs });
  const over = new AbortController();
  const events = client.watchStock({ id: 'a' }, { signal: over.signal })[Symbol.asyncIterator]();
  await events.next();
  let isOpen = true;
  const closed = events.next().catch(() => {
    isOpen = false;
  });
  const end = performance.now() + 2 * connectTimeoutMs;
  while (performance.now() < end) await client.getProduct({ id: 'a' });
  expect(isOpen).toBe(true);
  over.abort();
  await closed;
});

test('the server cancels the calls of a caller that vanished', async () => {
  const { link, cancelled } = await linkedServer(HEARTBEAT);
  const client = world.client([link.address], { heartbeat: NEVER });
  const events = client.watchStock({ id: 'a' })[Symbol.asyncIterator]();
  await events.next();
  link.silence();
  await cancelled;
});
