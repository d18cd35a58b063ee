import { numberFindings } from '../../policy/finding.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/version-requests';
/** A field name of HTTP (RFC 9110), in the lower case that HTTP/2 has. */
const HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** What versions ask of requests is possible: headers that tell them apart, and copies for one of them. */
export const versionRequests: GraphRule = function* ({ services }) {
  for (const { versions, node } of services) {
    const { path } = node;
    for (const [index, { name, header, mirrorPercent }] of versions.entries()) {
      for (const finding of numberFindings(RULE, `mirrorPercent of '${name}'`, mirrorPercent ?? 0, {
        min: 0,
        max: 100,
      })) {
        yield { path, ...finding };
      }
      if (!header) continue;
      if (!HEADER.test(header.name)) {
        const message = `version '${name}' is asked for by the header '${header.name}': use lower case letters, digits and dashes`;
        yield { path, rule: RULE, message };
      }
      // Istio takes an empty value for any.
      if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(header.value)) {
        const message = `version '${name}' is asked for by the value '${header.value}' of ${header.name}: give printable ASCII without space at the ends`;
        yield { path, rule: RULE, message };
      }
      const same = versions.findIndex(
        (other) => other.header?.name === header.name && other.header.value === header.value,
      );
      if (same !== index) {
        const message = `'${versions[same]?.name}' and '${name}' are both asked for by '${header.name}: ${header.value}': give one of them another value`;
        yield { path, rule: RULE, message };
      }
    }
    const mirrored = versions.filter(({ mirrorPercent = 0 }) => mirrorPercent > 0);
    if (mirrored.length > 1) {
      const names = mirrored.map(({ name }) => `'${name}'`).join(' and ');
      yield { path, rule: RULE, message: `${names} ask for copies: a route has one mirror, so choose one` };
    }
  }
};
