import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** The source of callees' endpoints. */
export type DiscoverySetting =
  | { readonly kind: 'dns' }
  | { readonly kind: 'kubernetes' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'consul' | 'etcd'; readonly urls: readonly string[] };

const RULE =
  'use dns, kubernetes, the absolute path of a file, consul+http://host:port or etcd+http://host:port[,host:port]';
const REGISTRY = /^(consul|etcd)\+(https?):\/\/([^/?#@]+)\/?$/;

/**
 * Schema of the setting WEFT_DISCOVERY: `dns`, `kubernetes`, `/path`, `consul+http://host:port`,
 * `etcd+http://host:port,host:port`.
 */
export const DISCOVERY_SETTING = z.string().transform((text, context): DiscoverySetting => {
  const setting = parse(text);
  if (setting) return setting;
  context.addIssue({ code: 'custom', message: RULE });
  return z.NEVER;
});

function parse(text: string): DiscoverySetting | undefined {
  if (text === 'dns' || text === 'kubernetes') return { kind: text };
  if (isAbsolute(text)) return { kind: 'file', path: text };
  const [, kind, scheme, hosts = ''] = REGISTRY.exec(text) ?? [];
  const urls = hosts.split(',').map((host) => `${scheme}://${host}`);
  if (!urls.every(isOrigin)) return undefined;
  if (kind === 'etcd' || (kind === 'consul' && urls.length === 1)) return { kind, urls };
  return undefined;
}

function isOrigin(url: string): boolean {
  return (
    URL.canParse(url) && new URL(url).host === url.replace(/^https?:\/\//, '') && new URL(url).port !== ''
  );
}
