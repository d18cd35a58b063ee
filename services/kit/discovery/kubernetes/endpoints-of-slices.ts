import { answerOf, endpointOf } from '../answer.ts';
import type { Answer } from '../registry.ts';
import { type EndpointSlice, readyAddresses, SERVICE_NAME } from './endpoint-slice.ts';

/**
 * The endpoints of a Service. Its own slices say who they are. A slice holds pods of any version, so that the version of
 * each is that of the slice of another Service in which it is too: the graph compiles one for each version
 * (`product-v2`), and Kubernetes gives a slice the labels of its Service.
 * @param slices all that have the label `app` of the service
 * @param port that the pods listen on
 */
export function endpointsOfSlices(slices: Iterable<EndpointSlice>, service: string, port: number): Answer {
  const all = [...slices];
  const own = all.filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === service);
  const versions = new Map(
    all
      .filter((slice) => !own.includes(slice))
      .flatMap((slice) =>
        readyAddresses(slice).map((host) => [host, slice.metadata.labels?.version] as const),
      ),
  );
  // A pod of a cluster with two families is in a slice of each: one connection is enough.
  const isIpv4 = own.some((slice) => slice.addressType === 'IPv4' && readyAddresses(slice).length > 0);
  const family = isIpv4 ? 'IPv4' : 'IPv6';
  return answerOf(
    own
      .filter(({ addressType }) => addressType === family)
      .flatMap((slice) => {
        const { name, labels } = slice.metadata;
        const hosts = readyAddresses(slice);
        if (hosts.length > 0 && !slice.ports?.some((one) => one.port === port))
          return [`EndpointSlice ${name} has no port ${port}`];
        return hosts.map((host) => endpointOf(name, host, port, versions.get(host) ?? labels?.version));
      }),
  );
}
