import { numberFindings } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/version-requests';
/** HTTP field name (RFC 9110), in lower case as HTTP/2 requires. */
const HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/**
 * Requires headers that select a version to be valid and distinct, and at most one version to receive mirrored
 * requests.
 */
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
        const message = `version '${name}' is selected by the header '${header.name}': use lower case letters, digits and dashes`;
        yield { path, rule: RULE, message };
      }
      // Istio treats an empty value as a wildcard.
      if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(header.value)) {
        const message = `version '${name}' is selected by the value '${header.value}' of ${header.name}: use printable ASCII without leading or trailing spaces`;
        yield { path, rule: RULE, message };
      }
      const duplicate = versions.findIndex(
        (other) => other.header?.name === header.name && other.header.value === header.value,
      );
      if (duplicate !== index) {
        const message = `'${versions[duplicate]?.name}' and '${name}' are both selected by '${header.name}: ${header.value}': use another value for one`;
        yield { path, rule: RULE, message };
      }
    }
    const mirrored = versions.filter(({ mirrorPercent = 0 }) => mirrorPercent > 0);
    if (mirrored.length > 1) {
      const names = mirrored.map(({ name }) => `'${name}'`).join(' and ');
      yield {
        path,
        rule: RULE,
        message: `${names} have mirrorPercent: a route supports one mirror; choose one`,
      };
    }
  }
};
