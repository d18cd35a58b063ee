import type { AppCall } from '../../../../mesh/policy/app-config.ts';
import type { Discovery } from '../../discovery/discovery.ts';
import { type HttpRequest, type HttpResponse, isIdempotent } from '../../http/http-message.ts';
import { beginCall } from '../begin-call.ts';
import { CallLayer } from '../call-layer.ts';
import type { ClientCallOptions } from '../client.ts';
import { LivePolicy } from '../live-policy.ts';
import type { DecisionObserver } from '../policy-decision.ts';
import { attemptHttp } from './attempt-http.ts';
import { HttpEndpoints } from './http-endpoints.ts';
import { HTTP_PROTOCOL } from './http-protocol.ts';
import { HttpResponseError } from './http-response-error.ts';

/** The fields of a declared call that an HTTP client needs. */
export type HttpCall = Pick<AppCall, 'callee' | 'address' | 'policy' | 'versions'>;

export interface HttpClientSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly discovery: Discovery;
  /** The changing policy of the call. @default the call's own policy, which never changes */
  readonly live?: LivePolicy;
  /** Receives the decisions of the in-app layer. @default none */
  readonly observe?: DecisionObserver;
}

export interface HttpClient {
  /**
   * Makes a request under the call's policy. Resolves with any HTTP status once the policy allows no further retry.
   * @throws ServiceError `unavailable`, `deadline-exceeded`, `cancelled`, `limit-reached`, `circuit-open`,
   * `body-too-large` for a response above 4 MiB
   */
  request(request: HttpRequest, call?: ClientCallOptions): Promise<HttpResponse>;
  /** Closes all connections, and aborts the requests in flight. */
  close(): Promise<void>;
}

/** For a call whose policy another layer enforces. */
const NO_POLICY = { timeout: 'none' } as const;

/**
 * Creates a client of an HTTP callee. Its policy has the same semantics as that of a gRPC call: limits, breaker,
 * faults, retries, hedging, balancing, versions and outlier detection. Connections are HTTP/1.1 with one request at a
 * time. `limits.connections` applies per endpoint, whereas Envoy applies it to all endpoints together.
 */
export function createHttpClient(call: HttpCall, source: HttpClientSource): HttpClient {
  const { caller, discovery, observe = () => {} } = source;
  const live = source.live ?? (call.policy && new LivePolicy(call.policy, call.versions));
  const endpoints = new HttpEndpoints(call.address, discovery, live ?? new LivePolicy(NO_POLICY), observe);
  const layer = new CallLayer(live, {
    callee: call.callee,
    observe,
    isConnected: () => endpoints.isConnected,
    protocol: HTTP_PROTOCOL,
  });
  return {
    close: () => endpoints.close(),
    request: async (request, options) => {
      const { method, path, headers = {} } = request;
      const target = {
        caller,
        layer,
        method: { path: `${method} ${path}`, isIdempotent: isIdempotent(method) },
        spans: { name: method, attributes: { 'http.request.method': method, 'weft.callee': call.callee } },
      };
      const { outgoing, end } = beginCall(target, options, toLowerCaseNames(headers));
      try {
        const start = attemptHttp(endpoints, call.address, request, outgoing);
        const response = await layer.run(outgoing, target.method, start);
        end();
        return response;
      } catch (error) {
        const callerError = end(error);
        if (error instanceof HttpResponseError && !outgoing.isCancelled) return error.response;
        throw callerError;
      }
    },
  };
}

function toLowerCaseNames(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
