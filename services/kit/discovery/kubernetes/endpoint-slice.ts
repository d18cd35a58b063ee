import { z } from 'zod';

/**
 * What is read of an EndpointSlice.
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
export const SERVICE_NAME = 'kubernetes.io/service-name';

/** Addresses of the endpoints of a slice that take new requests. */
export function readyAddresses({ endpoints }: EndpointSlice): readonly string[] {
  return (endpoints ?? []).flatMap(({ addresses, conditions }) => {
    const { ready, terminating } = conditions ?? {};
    // Kubernetes: a condition that is not known counts as ready. Of several addresses the first is to be used.
    const takesRequests = ready !== false && terminating !== true;
    return takesRequests ? (addresses ?? []).slice(0, 1) : [];
  });
}
