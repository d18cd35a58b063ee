import { status } from '@grpc/grpc-js';
import type { AppCall } from '../../../../mesh/policy/app-config.ts';
import { methodPath } from '../../../../mesh/policy/grpc-service.ts';
import { isGrpcError } from '../../../../services/kit/client/call-failure.ts';
import { createClient } from '../../../../services/kit/client/create-client.ts';
import type { Discovery, Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { ServiceError } from '../../../../services/kit/errors/service-error.ts';
import { PROBE_SERVICE } from '../probe-service.ts';
import type { ProbeCaller } from './layer.ts';
import { timeCall } from './time-call.ts';

/**
 * Returns a caller that uses the kit's client, as services do.
 * @param call overrides fields of a call without a policy
 */
export function kitCaller(call: Partial<AppCall>, endpoints: readonly Endpoint[]): ProbeCaller {
  const appCall: AppCall = {
    callee: 'probe',
    address: 'probe:50051',
    service: PROBE_SERVICE.fullName,
    methods: Object.values(PROBE_SERVICE.methods).map((method) => methodPath(PROBE_SERVICE, method)),
    ...call,
  };
  const discovery: Discovery = {
    watch: (_, watcher) => {
      setImmediate(() => watcher.onEndpoints(endpoints));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const { client, close } = createClient(PROBE_SERVICE, appCall, { caller: 'prober', discovery });
  const signal = new AbortController().signal;
  return {
    close,
    call: ({ key = 'any', idempotent = true }) =>
      timeCall(async () => {
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
      }),
  };
}
