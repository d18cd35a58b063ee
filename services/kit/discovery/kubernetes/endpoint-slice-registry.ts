import { z } from 'zod';
import { WATCH_IDLE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { parseAddress } from '../../config/address.ts';
import { sleep } from '../../time/sleep.ts';
import { RefusedRequest } from '../refused-request.ts';
import type { Registry } from '../registry.ts';
import { requestJson, requestLines } from '../registry-request.ts';
import type { ApiServer } from './api-server.ts';
import { ENDPOINT_SLICE, type EndpointSlice } from './endpoint-slice.ts';
import { endpointsOfSlices } from './endpoints-of-slices.ts';

export interface KubernetesOptions {
  /** For an answer, in milliseconds. @default 5 s */
  readonly timeoutMs?: number;
  /** Longest duration of a watch, in milliseconds. @default 10 s */
  readonly maxSilenceMs?: number;
}

/** Between two watches at least, however soon the server ends one. */
const PACE_MS = 500;
/** For the server to end a watch before the client does, in milliseconds. */
const LATE_MS = 1_000;

const LIST = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(ENDPOINT_SLICE).nullish(),
});
const EVENT = z.union([
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: ENDPOINT_SLICE }),
  z.object({
    type: z.literal('BOOKMARK'),
    object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }),
  }),
  z.object({
    type: z.literal('ERROR'),
    object: z.object({ code: z.number(), message: z.string().nullish() }),
  }),
]);

/**
 * Endpoints from the EndpointSlices of a Service: listed once, then watched from there on, and listed again when the
 * server has forgotten that version (410 Gone). An address is `<Service>.<namespace>.svc...:<port of the pods>`. Needs
 * get, list and watch of endpointslices.discovery.k8s.io in that namespace.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function endpointSliceRegistry(
  server: ApiServer,
  { timeoutMs = 5_000, maxSilenceMs = WATCH_IDLE_TIMEOUT_MS }: KubernetesOptions = {},
): Registry {
  const request = (signal: AbortSignal) => ({
    signal,
    timeoutMs,
    headers: server.headers(),
    ...(server.fetch && { fetch: server.fetch }),
  });
  return {
    name: `kubernetes at ${server.url}`,
    async follow(address, tell, signal) {
      const { service, url, port } = locate(server, address);
      const { value: list } = await requestJson(url, LIST, request(signal));
      const slices = new Map((list.items ?? []).map((slice) => [slice.metadata.name, slice]));
      const tellAll = () => tell(endpointsOfSlices(slices.values(), service, port));
      tellAll();

      let version = list.metadata.resourceVersion;
      const watchSeconds = Math.max(1, Math.floor((maxSilenceMs - LATE_MS) / 1_000));
      const watch = `${url}&watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}`;
      try {
        while (!signal.aborted) {
          const from = `${watch}&resourceVersion=${encodeURIComponent(version)}`;
          for await (const { type, object } of requestLines(from, EVENT, {
            ...request(signal),
            lastsMs: maxSilenceMs,
          })) {
            if (type === 'ERROR')
              throw new RefusedRequest(`a watch of ${service}`, object.code, object.message ?? '');
            version = object.metadata.resourceVersion ?? version;
            if (type === 'BOOKMARK') continue;
            apply(slices, type, object);
            tellAll();
          }
          await sleep(PACE_MS, signal);
        }
      } catch (error) {
        if (!(error instanceof RefusedRequest && error.status === 410)) throw error;
      }
    },
  };
}

function locate({ url }: ApiServer, address: string) {
  const { host, port } = parseAddress(address);
  const [service, namespace, svc] = host.split('.');
  if (!service || !namespace || svc !== 'svc')
    throw new Error(`'${host}' is no name of a Service; give <name>.<namespace>.svc.cluster.local`);
  const selector = encodeURIComponent(`app=${service}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  return { service, port, url: `${url}${path}?labelSelector=${selector}` };
}

function apply(
  slices: Map<string, EndpointSlice>,
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  slice: EndpointSlice,
) {
  if (type === 'DELETED') slices.delete(slice.metadata.name);
  else slices.set(slice.metadata.name, slice);
}
