import type { GraphRule } from '../rules/graph-rule.ts';

/** Environment variables that the compiler sets. */
const RESERVED_VARIABLES = [
  'NODE_OPTIONS',
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
  'WEFT_SERVICE',
  'WEFT_CONFIG',
  'WEFT_GRPC_LISTEN',
  'WEFT_HTTP_LISTEN',
  'WEFT_PROXY_HOPS',
  'WEFT_ADMIN_LISTEN',
  'WEFT_SECRETS',
  'WEFT_TLS',
  'WEFT_DRAIN',
  'WEFT_DISCOVERY',
  'GRPC_XDS_BOOTSTRAP',
  'GRPC_XDS_BOOTSTRAP_CONFIG',
];

/** Requires settings to be valid names of environment variables that the compiler does not set itself. */
export const settings: GraphRule = function* ({ services }) {
  const rule = 'service/settings';
  for (const { settings, versions, node } of services) {
    const names = new Set(
      [settings, ...versions.map((version) => version.settings ?? {})].flatMap(Object.keys),
    );
    for (const name of names) {
      const path = node.path;
      if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) {
        const message = `the setting '${name}' is not a variable name: use capitals, digits and underscores`;
        yield { path, rule, message };
      }
      if (RESERVED_VARIABLES.includes(name)) {
        const message = `the setting '${name}' is reserved for the compiler: use another name`;
        yield { path, rule, message };
      }
    }
  }
};
