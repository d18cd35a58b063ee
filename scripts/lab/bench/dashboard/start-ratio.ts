import { once } from 'node:events';
import { z } from 'zod';
import { readJson } from '../../../../mesh/run/process/read-json.ts';
import { placeFirstOrder } from '../../../operate/local/first-order.ts';
import { type Figure, summarize } from '../figure.ts';
import { inFolder, readFirstLine, startShop } from '../start.ts';

const MAX_RATIO = 1.15;

const READY = z.object({ ready: z.literal(true), gateway: z.string() });

/**
 * Measures the time from `npm start` to the first confirmed order with the dashboard, relative to without. The order of the
 * two alternates (ABBA), so that a drift of the machine does not favor one of them.
 */
export async function measureStartRatio(pairs: number, signal: AbortSignal): Promise<Figure> {
  const time = (options: readonly string[]) => inFolder((data) => timeConfirmedOrder(options, data, signal));
  const on = () => time([]);
  const off = () => time(['--no-dashboard']);
  const ratios: number[] = [];
  // After a change of the sources, the first start compiles them.
  await on();
  while (ratios.length < pairs) {
    process.stderr.write(`dashboard: start ${ratios.length + 1} of ${pairs}\n`);
    if (ratios.length % 2 === 0) {
      const onMs = await on();
      ratios.push(onMs / (await off()));
    } else {
      const offMs = await off();
      ratios.push((await on()) / offMs);
    }
  }
  return summarize(ratios, {
    figure: 'npm start to the first confirmed order, relative to no dashboard',
    unit: 'ratio',
    target: MAX_RATIO,
    better: 'lower',
  });
}

/** Returns the milliseconds from `npm start` to a confirmed order that is placed once the shop is ready. */
async function timeConfirmedOrder(
  options: readonly string[],
  data: string,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  const shop = startShop(['--json', ...options], data);
  const exited = once(shop, 'exit');
  const stop = () => shop.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    const { gateway } = readJson(READY, await readFirstLine(shop), {
      name: 'the first line of npm start',
      isSecret: true,
    });
    const { status } = await placeFirstOrder(gateway, signal);
    if (status !== 'confirmed') throw new Error(`the first order was ${status}; expected confirmed`);
    return performance.now() - start;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await exited;
  }
}
