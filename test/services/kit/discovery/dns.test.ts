import { expect, test } from '@jest/globals';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { dnsDiscovery } from '../../../../services/kit/discovery/dns.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';

function openWatch(answers: (readonly string[] | Error)[]) {
  const { log, lines } = recordedLog();
  const discovery = dnsDiscovery(log, async () => {
    const answer = answers.shift() ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const notifications: (readonly Endpoint[] | Error)[] = [];
  const watch = discovery.watch('product:50051', {
    onEndpoints: (endpoints) => notifications.push(endpoints),
    onError: (error) => notifications.push(error),
  });
  return { discovery, watch, notifications, lines };
}

const at = (host: string): Endpoint => ({ host, port: 50_051 });

test('reports every address of the name as an endpoint, in a stable order', async () => {
  const { notifications, discovery } = openWatch([['10.0.0.2', '10.0.0.1']]);
  await eventually(() => notifications.length === 1);
  expect(notifications).toEqual([[at('10.0.0.1'), at('10.0.0.2')]]);
  discovery.close();
});

test('keeps the last addresses while the name cannot be resolved; without any, reports an error', async () => {
  const failed = openWatch([new Error('ENOTFOUND product')]);
  await eventually(() => failed.notifications.length === 1);
  expect(failed.notifications[0]).toMatchObject({ message: 'ENOTFOUND product' });
  failed.discovery.close();

  const outage = [new Error('SERVFAIL'), new Error('SERVFAIL')];
  const { notifications, lines, watch, discovery } = openWatch([['10.0.0.1'], ...outage, ['10.0.0.2']]);
  for (const count of [1, 2, 3, 4]) {
    await eventually(() => notifications.length === count);
    watch.refresh();
  }
  expect(notifications).toEqual([[at('10.0.0.1')], [at('10.0.0.1')], [at('10.0.0.1')], [at('10.0.0.2')]]);
  const message = 'name not resolved; keeping the last known addresses';
  expect(lines).toMatchObject([
    { level: 'warn', message, endpointCount: 1 },
    { level: 'debug', message, endpointCount: 1 },
    { level: 'info', message: 'name resolved after failures' },
  ]);
  discovery.close();
});
