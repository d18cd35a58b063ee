import { expect, test } from '@jest/globals';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { dnsDiscovery } from '../../../../services/kit/discovery/dns.ts';
import { eventually } from '../eventually.ts';
import { recordedLog } from '../recorded-log.ts';

function watched(answers: (readonly string[] | Error)[]) {
  const { log, lines } = recordedLog();
  const discovery = dnsDiscovery(log, async () => {
    const answer = answers.shift() ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const told: (readonly Endpoint[] | Error)[] = [];
  const watch = discovery.watch('product:50051', {
    onEndpoints: (endpoints) => told.push(endpoints),
    onError: (error) => told.push(error),
  });
  return { discovery, watch, told, lines };
}

const at = (host: string): Endpoint => ({ host, port: 50_051 });

test('every address of the name is an endpoint, in a stable order', async () => {
  const { told, discovery } = watched([['10.0.0.2', '10.0.0.1']]);
  await eventually(() => told.length === 1);
  expect(told).toEqual([[at('10.0.0.1'), at('10.0.0.2')]]);
  discovery.close();
});

test('the last answer holds while there is no other; without one there is an error', async () => {
  const failed = watched([new Error('ENOTFOUND product')]);
  await eventually(() => failed.told.length === 1);
  expect(failed.told[0]).toMatchObject({ message: 'ENOTFOUND product' });
  failed.discovery.close();

  const outage = [new Error('SERVFAIL'), new Error('SERVFAIL')];
  const { told, lines, watch, discovery } = watched([['10.0.0.1'], ...outage, ['10.0.0.2']]);
  for (const count of [1, 2, 3, 4]) {
    await eventually(() => told.length === count);
    watch.refresh();
  }
  expect(told).toEqual([[at('10.0.0.1')], [at('10.0.0.1')], [at('10.0.0.1')], [at('10.0.0.2')]]);
  const message = 'name not resolved; keeping the last addresses';
  expect(lines).toMatchObject([
    { level: 'warn', message, known: 1 },
    { level: 'debug', message, known: 1 },
    { level: 'info', message: 'name resolved again' },
  ]);
  discovery.close();
});
