import { z } from 'zod';
import { WATCH_IDLE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { parseAddress } from '../../config/address.ts';
import { sleep } from '../../time/sleep.ts';
import type { Registry } from '../registry.ts';
import { RegistryStatusError, requestJson, requestLines } from '../registry-request.ts';
import type { ApiServer } from './api-server.ts';
import { ENDPOINT_SLICE, type EndpointSlice, readEndpoints } from './endpoint-slice.ts';

export interface KubernetesOptions {
  /** Time limit for a response, in milliseconds. @default 5 s */
  readonly timeoutMs?: number;
  /** Maximum duration of a watch, in milliseconds. @default 10 s */
  readonly maxSilenceMs?: number;
}

/** Pause between two watches, in milliseconds, in case the server ends them early. */
const WATCH_PAUSE_MS = 500;
/** How much earlier the server ends a watch than the client would, in milliseconds. */
const WATCH_END_MARGIN_MS = 1_000;

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
 * Returns a registry with the endpoints of a Service's EndpointSlices. It lists them once, watches from there on, and lists
 * again if the server no longer has that version (410 Gone). An address is `<Service>.<namespace>.svc...:<port of the pods>`.
 * Needs get, list and watch of endpointslices.discovery.k8s.io in that namespace.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function endpointSliceRegistry(
  server: ApiServer,
  { timeoutMs = 5_000, maxSilenceMs = WATCH_IDLE_TIMEOUT_MS }: KubernetesOptions = {},
): Registry {
  const createRequest = (signal: AbortSignal) => ({
    signal,
    timeoutMs,
    headers: server.headers(),
    ...(server.fetch && { fetch: server.fetch }),
  });
  return {
    name: `kubernetes at ${server.url}`,
    async watch(address, report, signal) {
      const { service, url, port } = locateSlices(server, address);
      const { value: list } = await requestJson(url, LIST, createRequest(signal));
      const slices = new Map((list.items ?? []).map((slice) => [slice.metadata.name, slice]));
      const reportAll = () => report(readEndpoints(slices.values(), service, port));
      reportAll();

      let resourceVersion = list.metadata.resourceVersion;
      const watchSeconds = Math.max(1, Math.floor((maxSilenceMs - WATCH_END_MARGIN_MS) / 1_000));
      const watchUrl = `${url}&watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}`;
      try {
        while (!signal.aborted) {
          const from = `${watchUrl}&resourceVersion=${encodeURIComponent(resourceVersion)}`;
          for await (const { type, object } of requestLines(from, EVENT, {
            ...createRequest(signal),
            lastsMs: maxSilenceMs,
          })) {
            if (type === 'ERROR')
              throw new RegistryStatusError(`watch of ${service}`, object.code, object.message ?? '');
            resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
            if (type === 'BOOKMARK') continue;
            applyEvent(slices, type, object);
            reportAll();
          }
          await sleep(WATCH_PAUSE_MS, signal);
        }
      } catch (error) {
        if (!(error instanceof RegistryStatusError && error.status === 410)) throw error;
      }
    },
  };
}

function locateSlices({ url }: ApiServer, address: string) {
  const { host, port } = parseAddress(address);
  const [service, namespace, svc] = host.split('.');
  if (!service || !namespace || svc !== 'svc')
    throw new Error(`'${host}' is not the name of a Service; use <name>.<namespace>.svc.cluster.local`);
  const selector = encodeURIComponent(`app=${service}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  return { service, port, url: `${url}${path}?labelSelector=${selector}` };
}

function applyEvent(
  slices: Map<string, EndpointSlice>,
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  slice: EndpointSlice,
) {
  if (type === 'DELETED') slices.delete(slice.metadata.name);
  else slices.set(slice.metadata.name, slice);
}
