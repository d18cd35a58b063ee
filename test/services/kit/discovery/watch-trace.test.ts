import { expect, test } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { dnsDiscovery } from '../../../../services/kit/discovery/dns.ts';
import { registryDiscovery } from '../../../../services/kit/discovery/registry-discovery.ts';
import {
  contextOf,
  installPropagation,
  traceparentOf,
} from '../../../../services/kit/telemetry/propagation.ts';
import { recordedLog } from '../recorded-log.ts';

installPropagation([]);
const REQUEST = contextOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
const LISTENER = { onEndpoints: () => {}, onError: () => {} };

test('the polls of DNS do not belong to the trace of the request that started or refreshed them', async () => {
  const traces: (string | undefined)[] = [];
  const second = Promise.withResolvers<void>();
  const discovery = dnsDiscovery(recordedLog().log, async () => {
    traces.push(traceparentOf());
    if (traces.length === 1) context.with(REQUEST, () => watch.refresh());
    else second.resolve();
    return ['127.0.0.1'];
  });
  const watch = context.with(REQUEST, () => discovery.watch('product:50051', LISTENER));
  await second.promise;
  discovery.close();
  expect(traces).toEqual([undefined, undefined]);
});

test('the watch of a registry does not belong to the trace of the request that started it', async () => {
  const trace = Promise.withResolvers<string | undefined>();
  const registry = {
    name: 'registry',
    watch: async () => {
      trace.resolve(traceparentOf());
    },
  };
  const discovery = registryDiscovery(registry, recordedLog().log);
  context.with(REQUEST, () => discovery.watch('product:50051', LISTENER));
  expect(await trace.promise).toBeUndefined();
  discovery.close();
});
