import { z } from 'zod';
import { createResponse, parseEndpoint, type RegistryResponse } from '../registry.ts';

/**
 * The fields of an EndpointSlice that discovery reads.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export const ENDPOINT_SLICE = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  addressType: z.string(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).nullish(),
        conditions: z.object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() }).nullish(),
      }),
    )
    .nullish(),
  ports: z.array(z.object({ port: z.number().nullish() })).nullish(),
});

export type EndpointSlice = z.infer<typeof ENDPOINT_SLICE>;

/** Label with the name of the Service that a slice belongs to. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * Returns the endpoints of a Service, from its own slices. These hold pods of all versions. The version of a pod comes
 * from the slices of another Service that selects it: the graph compiles one Service per version (`product-v2`), and
 * Kubernetes copies a Service's labels to its slices.
 * @param slices all slices with the label `app` of the service
 * @param port port of the pods
 */
export function readEndpoints(
  slices: Iterable<EndpointSlice>,
  service: string,
  port: number,
): RegistryResponse {
  const all = [...slices];
  const own = all.filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === service);
  const versions = new Map(
    all
      .filter((slice) => !own.includes(slice))
      .flatMap((slice) =>
        readyAddresses(slice).map((host) => [host, slice.metadata.labels?.version] as const),
      ),
  );
  // In a dual-stack cluster each pod is in a slice of both families, but one connection per pod is enough.
  const isIpv4 = own.some((slice) => slice.addressType === 'IPv4' && readyAddresses(slice).length > 0);
  const family = isIpv4 ? 'IPv4' : 'IPv6';
  return createResponse(
    own
      .filter(({ addressType }) => addressType === family)
      .flatMap((slice) => {
        const { name, labels } = slice.metadata;
        const hosts = readyAddresses(slice);
        if (hosts.length > 0 && !slice.ports?.some((one) => one.port === port))
          return [`EndpointSlice ${name} has no port ${port}`];
        return hosts.map((host) => parseEndpoint(name, host, port, versions.get(host) ?? labels?.version));
      }),
  );
}

/** Returns the addresses of a slice's endpoints that accept new requests. */
function readyAddresses({ endpoints }: EndpointSlice): readonly string[] {
  return (endpoints ?? []).flatMap(({ addresses, conditions }) => {
    const { ready, terminating } = conditions ?? {};
    // By the API's definition an unknown `ready` counts as true, and clients use the first of several addresses.
    const acceptsRequests = ready !== false && terminating !== true;
    return acceptsRequests ? (addresses ?? []).slice(0, 1) : [];
  });
}
