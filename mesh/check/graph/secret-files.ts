import { secretFiles as filesOf } from '../../compile/kubernetes/volumes.ts';
import { eventsPassword, storePassword } from '../../compile/peers/stores.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { subdomain } from '../rules/name-rules.ts';

/** Secrets have possible names, and no two are one file below /etc/weft/secrets. */
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
        const message = `a secret has the name '${secret}', which is for passwords of '${owner.name}': choose another`;
        yield { path, rule, message };
      }
      const change = subdomain(secret);
      if (change) yield { path, rule, message: `a secret has the name '${secret}': ${change}` };
      if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key.startsWith('..')) {
        yield {
          path,
          rule,
          message: `secret '${secret}' has the key '${key}': use letters, digits, dashes, underscores and dots`,
        };
      }
      const other = secretOf.get(key);
      if (other) {
        yield {
          path,
          rule,
          message: `secrets '${other}' and '${secret}' both have the key '${key}', which is one file: rename one`,
        };
      }
      secretOf.set(key, secret);
    }
  }
};
