import type { ProgramOptions } from '../process/run-program.ts';
import { istioctl } from './kubectl.ts';

interface ProxyStatus {
  readonly resources?: readonly {
    readonly node: { readonly id: string };
    readonly genericXdsConfigs?: readonly { readonly typeUrl: string; readonly configStatus: string }[];
  }[];
}

/** Proxies that istiod has not told its newest configuration, or that refused it. */
export async function proxiesBehind(options: ProgramOptions = {}): Promise<readonly string[]> {
  const { resources = [] } = JSON.parse(
    await istioctl(['proxy-status', '--output', 'json'], options),
  ) as ProxyStatus;
  return resources
    .filter(({ genericXdsConfigs = [] }) =>
      genericXdsConfigs.some(({ configStatus }) => configStatus !== 'SYNCED' && configStatus !== 'NOT_SENT'),
    )
    .map(({ node }) => node.id);
}
