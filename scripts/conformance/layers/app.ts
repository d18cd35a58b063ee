import { status } from '@grpc/grpc-js';
import { methodPath } from '../../../mesh/policy/grpc-service.ts';
import { createClient } from '../../../services/kit/client/create-client.ts';
import { isGrpcError } from '../../../services/kit/client/failure.ts';
import { type Discovery, parseAddress } from '../../../services/kit/discovery/discovery.ts';
import { ServiceError } from '../../../services/kit/service-error.ts';
import { PROBE } from '../definition.ts';
import type { OpenCaller } from './layer.ts';

/** The kit's in-app layer. */
export const app: OpenCaller = (policy, addresses, versions) => {
  const call = {
    callee: 'probe',
    address: 'probe:50051',
    service: PROBE.fullName,
    methods: Object.values(PROBE.methods).map((method) => methodPath(PROBE, method)),
    policy,
    ...(versions && { versions: versions.map(({ callees: _, ...version }) => version) }),
  };
  const versionOf =
    versions?.flatMap(({ name, callees }) => Array.from({ length: callees }, () => name)) ?? [];
  const endpoints = addresses.map((address, index) => {
    const version = versionOf[index];
    return { ...parseAddress(address), ...(version !== undefined && { version }) };
  });
  const discovery: Discovery = {
    watch: (_, watcher) => {
      setImmediate(() => watcher.endpoints(endpoints));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const { client, close } = createClient(PROBE, call, { caller: 'prober', discovery });
  const signal = new AbortController().signal;
  return {
    close,
    call: async ({ key = 'any', idempotent = true }) => {
      const context = {
        signal,
        deadline: Number.POSITIVE_INFINITY,
        requestId: key,
        traceparent: '',
        canary: '',
      };
      try {
        await (idempotent ? client.read({}, { context }) : client.write({}, { context }));
        return 'OK';
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        const code = isGrpcError(error.cause) ? error.cause.code : error.grpc;
        return status[code] ?? String(code);
      }
    },
  };
};
