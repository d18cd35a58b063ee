import { secretFiles as filesOf } from '../../compile/kubernetes/volumes.ts';
import { eventsPassword, storePassword } from '../../compile/peers/stores.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { subdomain } from '../rules/name-rules.ts';

/** Requires valid Secret names and keys, and a distinct file below `/etc/weft/secrets` for each of them. */
export const secretFiles: GraphRule = function* ({ services }) {
  const rule = 'service/secrets';
  const passwords = new Map(
    services.flatMap((service) =>
      [storePassword(service), eventsPassword(service)].map(({ secret }) => [secret, service] as const),
    ),
  );
  for (const service of services) {
    const { path } = service.node;
    const secretOf = new Map<string, string>();
    for (const { secret, key } of filesOf(service)) {
      const owner = passwords.get(secret);
      if (owner && owner !== service) {
        const message = `the secret name '${secret}' is reserved for passwords of '${owner.name}': use another`;
        yield { path, rule, message };
      }
      const fix = subdomain(secret);
      if (fix) yield { path, rule, message: `the secret name is '${secret}': ${fix}` };
      if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key.startsWith('..')) {
        yield {
          path,
          rule,
          message: `secret '${secret}' has the key '${key}': use letters, digits, dashes, underscores and dots`,
        };
      }
      const otherSecret = secretOf.get(key);
      if (otherSecret) {
        yield {
          path,
          rule,
          message: `secrets '${otherSecret}' and '${secret}' both have the key '${key}' and would be the same file: rename one`,
        };
      }
      secretOf.set(key, secret);
    }
  }
};
