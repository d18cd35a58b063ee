import type {
  ContrastLayer,
  ContrastReport,
  RunSecond,
  ScenarioResult,
  ScenarioRun,
} from '../../../../scripts/lab/contrast/report.ts';
import { CONTRAST_LAYERS } from '../../../../scripts/lab/contrast/report.ts';
import { SAMPLES, type Sample, type SampleRun } from './samples.ts';

/** Returns a deterministic synthetic report with runs of `layers`. */
export function sampleReport(layers: readonly ContrastLayer[] = CONTRAST_LAYERS): ContrastReport {
  return {
    createdAt: '2026-03-14T09:26:53.000Z',
    where: 'kind',
    machine: { cpu: 'AMD EPYC 7763', cores: 2, memoryMiB: 7_944, node: 'v24.21.0' },
    layers,
    scenarios: SAMPLES.map((sample) => scenario(sample, layers)),
  };
}

function scenario(
  { runs, synthesisError, fault, ...scenario }: Sample,
  layers: readonly ContrastLayer[],
): ScenarioResult {
  return {
    ...scenario,
    runs: layers.map((layer) => run({ ...scenario, ...(fault && { fault }) }, layer, runs[layer])),
    ...(synthesisError && layers.includes('both') && { synthesisError }),
  };
}

function run(scenario: Omit<Sample, 'runs'>, layer: ContrastLayer, sample: SampleRun): ScenarioRun {
  const { requestsPerSecond, durationS } = scenario;
  const timeline = Array.from({ length: durationS }, (_, second) =>
    secondOf(scenario, layer, sample, second),
  );
  const sent = requestsPerSecond * durationS;
  const succeeded = timeline.reduce((sum, one) => sum + one.succeeded, 0);
  const [p50, p90, p99, p999] = sample.latency;
  const useful = succeeded * (sample.useful ?? 1);
  return {
    layer,
    sent,
    succeeded,
    goodputPerSecond: useful / durationS,
    statuses: { 200: succeeded, 503: sent - succeeded },
    latencyMs: { p50, p90, p99, p999 },
    attemptsPerRequest: { gateway: 1, ...sample.tries },
    replicas: (sample.shares ?? []).map((share, index) => ({
      name: `product-${index + 1}`,
      attempts: Math.round(share * sent),
      ...(index === 0 && scenario.fault && { fault: scenario.fault }),
    })),
    ...(sample.moved !== undefined && { movedKeyShare: sample.moved }),
    decisions: layer === 'app' || layer === 'both' ? { retry: sent - succeeded, ejected: 2 } : {},
    application: { cpuMsPer1000Requests: sample.cpu ?? CPU[layer][0], memoryMiB: MEMORY[layer][0] },
    ...(CPU[layer][1] > 0 && { proxy: { cpuMsPer1000Requests: CPU[layer][1], memoryMiB: MEMORY[layer][1] } }),
    timeline,
  };
}

/** CPU for 1,000 requests of application and proxies, in milliseconds. */
const CPU: Readonly<Record<ContrastLayer, readonly [number, number]>> = {
  none: [1_210, 0],
  app: [1_324, 0],
  mesh: [1_236, 2_480],
  proxyless: [1_298, 0],
  both: [1_351, 2_530],
};
/** Memory of application and proxies, in MiB. */
const MEMORY: Readonly<Record<ContrastLayer, readonly [number, number]>> = {
  none: [842, 0],
  app: [861, 0],
  mesh: [848, 611],
  proxyless: [934, 0],
  both: [866, 614],
};

function secondOf(
  scenario: Omit<Sample, 'runs'>,
  layer: ContrastLayer,
  sample: SampleRun,
  second: number,
): RunSecond {
  const { requestsPerSecond } = scenario;
  const [from, to] = sample.during ?? [0, scenario.durationS];
  const isFaulty = second >= from && second < to;
  const wave = (Math.sin(second * 2.3 + layer.length) + 1) / 2;
  const failing = isFaulty ? (1 - sample.success) * (sample.success === 0 ? 1 : 0.7 + 0.6 * wave) : 0;
  const usual = sample.latency[1];
  const p99 = isFaulty ? sample.latency[2] * (0.75 + 0.4 * wave) : Math.min(usual * 1.3, sample.latency[2]);
  const succeeded = Math.round(requestsPerSecond * Math.max(0, 1 - failing));
  return { second, sent: requestsPerSecond, succeeded, p99Ms: p99 };
}
