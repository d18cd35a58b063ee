import type { AppCall } from '../../../../mesh/policy/app-config.ts';
import type { Discovery } from '../../discovery/discovery.ts';
import { type HttpRequest, type HttpResponse, isIdempotent } from '../../http/http-message.ts';
import { beginCall } from '../begin-call.ts';
import { CallLayer } from '../call-layer.ts';
import type { ClientCallOptions } from '../client.ts';
import type { Observe } from '../decision.ts';
import { LivePolicy } from '../live-policy.ts';
import { AnswerError } from './answer-error.ts';
import { attemptHttp } from './attempt-http.ts';
import { HttpHosts } from './http-hosts.ts';
import { HTTP } from './http-protocol.ts';

/** What of a declared call an HTTP caller needs. */
export type HttpCall = Pick<AppCall, 'callee' | 'address' | 'policy' | 'versions'>;

export interface HttpClientSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly discovery: Discovery;
  /** The policy as it is now. @default that of the call, for good */
  readonly live?: LivePolicy;
  /** Is told what the in-app layer decides. @default nobody */
  readonly observe?: Observe;
}

export interface HttpClient {
  /**
   * Makes a request under the call's policy. Any status is an answer, also one that no further try could better.
   * @throws ServiceError `unavailable`, `deadline-exceeded`, `cancelled`, `limit-reached`, `circuit-open`,
   * `body-too-large` for an answer above 4 MiB
   */
  request(request: HttpRequest, call?: ClientCallOptions): Promise<HttpResponse>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/** No policy of this process: another layer has it. */
const BARE = { timeout: 'none' } as const;

/**
 * The client of an HTTP callee under the same policy as a gRPC call: limits, breaker, faults, retries, hedging, balancing,
 * versions and ejection. Connections are HTTP/1.1, one request at a time on each; `limits.connections` holds for each
 * endpoint, where Envoy's holds for all of them together.
 */
export function httpClient(call: HttpCall, source: HttpClientSource): HttpClient {
  const { caller, discovery, observe = () => {} } = source;
  const live = source.live ?? (call.policy && new LivePolicy(call.policy, call.versions));
  const hosts = new HttpHosts(call.address, discovery, live ?? new LivePolicy(BARE), observe);
  const layer = new CallLayer(live, {
    callee: call.callee,
    observe,
    isConnected: () => hosts.isConnected,
    protocol: HTTP,
  });
  return {
    close: () => hosts.close(),
    request: async (request, options) => {
      const { method, path, headers = {} } = request;
      const target = {
        caller,
        layer,
        method: { path: `${method} ${path}`, isIdempotent: isIdempotent(method) },
      };
      const { outgoing, end } = beginCall(target, options, inLowerCase(headers));
      try {
        const attempt = attemptHttp(hosts, call.address, request, outgoing);
        const response = await layer.run(outgoing, target.method, attempt);
        end();
        return response;
      } catch (error) {
        const explained = end(error);
        if (error instanceof AnswerError && !outgoing.isGivenUp) return error.response;
        throw explained;
      }
    },
  };
}

function inLowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
