import { z } from 'zod';
import { listOf, text } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { istioctlJson } from './kubectl.ts';

/** The status UNKNOWN, which is 0 in protobuf, is omitted. */
const PROXY_STATUS = z.object({
  resources: listOf(
    z.object({
      node: z.object({ id: z.string() }),
      genericXdsConfigs: listOf(z.object({ configStatus: text('UNKNOWN') })),
    }),
  ),
});

/** Returns the proxies that have not received the newest configuration, or rejected it. */
export async function findOutdatedProxies(options: ProgramOptions = {}): Promise<readonly string[]> {
  const { resources } = await istioctlJson(PROXY_STATUS, ['proxy-status'], options);
  return resources
    .filter(({ genericXdsConfigs }) =>
      genericXdsConfigs.some(({ configStatus }) => configStatus !== 'SYNCED' && configStatus !== 'NOT_SENT'),
    )
    .map(({ node }) => node.id);
}
