import { listenForStopSignals } from '../../process/stop-signals.ts';
import { type Figure, summarize } from './figure.ts';
import { inFolder, timeFirstOrder } from './start.ts';
import { measureCostPerOrder } from './telemetry/cost-per-order.ts';
import { measureDeadCollector } from './telemetry/dead-collector.ts';
import { startCollector } from './telemetry/start-collector.ts';

const STARTS = 6;
const MAX_START_RATIO = 1.1;

/** Measures what telemetry costs: CPU and latency of an order, the start, and memory while the collector is dead. */
export async function* run(): AsyncGenerator<Figure> {
  const { signal, onSecond } = listenForStopSignals();
  yield* await measureCostPerOrder(signal, onSecond);
  yield await measureStart();
  yield await measureDeadCollector(signal, onSecond);
}

async function measureStart(): Promise<Figure> {
  const collector = await startCollector();
  const off = () => inFolder((data) => timeFirstOrder(data));
  const on = () => inFolder((data) => timeFirstOrder(data, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }));
  const ratios: number[] = [];
  try {
    // After a change of the sources, the first start compiles them.
    await off();
    for (let round = 1; round <= STARTS; round++) {
      process.stderr.write(`telemetry: start ${round} of ${STARTS}\n`);
      if (round % 2 === 0) {
        const onMs = await on();
        ratios.push(onMs / (await off()));
      } else {
        const offMs = await off();
        ratios.push((await on()) / offMs);
      }
    }
  } finally {
    await collector.stop();
  }
  return summarize(ratios, {
    figure: 'npm start to the first confirmed order, relative to no telemetry',
    unit: 'ratio',
    target: MAX_START_RATIO,
    better: 'lower',
  });
}
