import { expect, test } from '@jest/globals';
import { parseArguments } from '../../../charts/arguments.ts';
import { ENVIRONMENTS, loadEnvironment } from '../../../charts/environments.ts';
import { partsOf } from '../../../charts/observability/settings.ts';
import { parseObservability, withObservability } from '../../../charts/observability-override.ts';

const { kind } = ENVIRONMENTS;
if (!kind?.observability) throw new Error("environment 'kind' declares no observability stack");
const settings = kind.observability;

test.each([
  [
    { prometheus: false, grafana: false, kiali: false },
    'observability.alertmanager needs prometheus, which is',
  ],
  [
    { jaeger: false, loki: false },
    'observability.collector needs jaeger or loki, which are left out; include one',
  ],
  [{ prometheus: false, alertmanager: false }, 'observability.kiali needs prometheus'],
  [
    { prometheus: false, alertmanager: false, kiali: false, hasOtlpMetrics: true },
    'observability.hasOtlpMetrics is true, but prometheus is left out',
  ],
  [{ keptTracesPercent: 101 }, 'observability.keptTracesPercent is 101: use a number from 0 to 100'],
  [{ scrapeSeconds: 0 }, 'observability.scrapeSeconds is 0: use a number from 1 to 300'],
  [{ retentionDays: Number.NaN }, 'observability.retentionDays is NaN'],
])('refuses the settings %j', (change, message) => {
  expect(() => partsOf({ ...settings, ...change })).toThrow(message);
});

test('includes every part by default', () => {
  expect([...partsOf(settings)]).toHaveLength(7);
});

test('parses the parts that are left out', () => {
  const words = ['--env', 'kind', '--observability', '--without', 'grafana', '--without', 'loki'];
  expect(parseArguments(words, {}).observability).toEqual({ without: ['grafana', 'loki'] });
  expect(parseArguments(['--env', 'kind'], {}).observability).toBeUndefined();
});

test('refuses an unknown part, and a part without the stack', () => {
  expect(() => parseObservability(true, ['tempo'])).toThrow(
    "--without 'tempo' is unknown: use one of collector, jaeger",
  );
  expect(() => parseObservability(false, ['loki'])).toThrow("--without 'loki' needs --observability");
});

test('refuses the stack in an environment that declares none', () => {
  expect(() => withObservability(loadEnvironment('local'), { without: [] })).toThrow(
    "environment 'local' declares no observability stack; set observability in charts/environments.ts",
  );
});

test('without Prometheus and the collector, no pod may scrape the shop or receive its telemetry', () => {
  const without = ['prometheus', 'alertmanager', 'kiali', 'collector'] as const;
  const environment = withObservability(loadEnvironment('kind'), { without });
  expect(environment.monitoring).toBeUndefined();
  expect(environment.telemetry).toEqual([]);
});
