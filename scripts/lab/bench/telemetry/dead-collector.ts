import { type Figure, summarize } from '../figure.ts';
import { withBenchShop } from '../orders/bench-shop.ts';
import { startLoadGenerator } from '../orders/start-load-generator.ts';
import { readBenchMiB } from '../resident-memory.ts';
import { startCollector } from './start-collector.ts';

/** Time under load with the dead collector, in milliseconds. */
const LOAD_DURATION_MS = 60_000;
const BATCH_SIZE = 500;
/** Orders before the measurement: memory grows until the heaps have their usual size. */
const WARM_UP_ORDERS = 6_000;
/** Queues of six services, each of 2,048 spans and log lines of about 2 KiB, and one batch of each in the export. */
const MAX_GROWTH_MIB = 100;

/**
 * Measures how much the memory of all services grows while the collector is dead for a minute under full load, everything
 * sampled.
 */
export async function measureDeadCollector(
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<Figure> {
  const collector = await startCollector();
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '1' };
  try {
    return await withBenchShop(
      signal,
      onKill,
      () => {},
      async ({ loadOptions }) => {
        const generator = startLoadGenerator(loadOptions);
        const readMiB = () => readBenchMiB(generator.pid);
        try {
          process.stderr.write('telemetry: warming up for the dead collector\n');
          await generator.placeOrders(WARM_UP_ORDERS, signal);
          const aliveMiB = await readMiB();
          await collector.stop();
          process.stderr.write('telemetry: a minute of orders with a dead collector\n');
          const growth: number[] = [];
          for (const end = performance.now() + LOAD_DURATION_MS; performance.now() < end; ) {
            await generator.placeOrders(BATCH_SIZE, signal);
            growth.push((await readMiB()) - aliveMiB);
          }
          return summarize(growth, {
            figure: 'growth of the memory of all processes while the collector is dead for a minute',
            unit: 'MiB',
            target: MAX_GROWTH_MIB,
            better: 'lower',
          });
        } finally {
          generator.stop();
        }
      },
      { variables },
    );
  } finally {
    await collector.stop();
  }
}
