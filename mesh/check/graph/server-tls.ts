import { certificatesOf, clientSecret, externalServers } from '../../compile/peers/external-servers.ts';
import type { Tls } from '../../graph/tls.ts';
import { TLS_MODES } from '../../policy/tls.ts';
import { didYouMean } from '../rules/closest-name.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { subdomain } from '../rules/name-rules.ts';

const RULE = 'environment/tls';
/** Fields that each mode accepts, besides `mode`. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'verify-full': ['ca', 'clientCertificate'],
  'verify-ca': ['ca', 'clientCertificate'],
  require: ['insecure', 'clientCertificate'],
  disable: ['insecure'],
};

/**
 * Requires encrypted connections to external servers, with verified certificates, unless the environment sets
 * `insecure: 'accept'`. Also rejects fields that the TLS mode ignores.
 */
export const serverTls: GraphRule = function* (platform) {
  const { path } = platform.node;
  const services = platform.services.map((service) => service.name);
  for (const { name, tls } of externalServers(platform)) {
    for (const message of modeProblems(name, tls)) yield { path, rule: RULE, message };
    for (const message of nameProblems(name, tls, services)) yield { path, rule: RULE, message };
  }
};

function* modeProblems(server: string, tls: Tls): Generator<string> {
  const { mode } = tls;
  const fields = FIELDS[mode];
  if (!fields) {
    const modes = TLS_MODES.join(', ');
    yield `${server}.tls.mode is '${String(mode)}': use one of ${modes}${didYouMean(String(mode), TLS_MODES)}`;
    return;
  }
  for (const field of Object.keys(tls)) {
    if (field === 'mode' || fields.includes(field)) continue;
    yield `${server}.tls.${field} has no effect in mode '${mode}': omit it, or use another mode`;
  }
  if (mode === 'verify-ca' && !tls.ca)
    yield `${server}.tls.ca is missing: mode 'verify-ca' would accept any certificate of a public authority; set ca, or use 'verify-full'`;
  if (!fields.includes('insecure')) return;
  const risk =
    mode === 'disable'
      ? 'sends passwords and data in plain text'
      : 'allows a man-in-the-middle to impersonate the server';
  if (!('insecure' in tls) || tls.insecure !== 'accept')
    yield `${server}.tls.mode is '${mode}', which ${risk}: use 'verify-full', or set insecure: 'accept'`;
}

function* nameProblems(server: string, tls: Tls, services: readonly string[]): Generator<string> {
  const { ca, clientCertificate } = certificatesOf(tls);
  if (ca) {
    const [field, name] = 'configMap' in ca ? ['configMap', ca.configMap] : ['secret', ca.secret];
    const fix = subdomain(name);
    if (fix) yield `${server}.tls.ca.${field} is '${name}': ${fix}`;
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(ca.key) || ca.key.startsWith('..'))
      yield `${server}.tls.ca.key is '${ca.key}': use letters, digits, dashes, underscores and dots`;
  }
  if (!clientCertificate) return;
  const { secret } = clientCertificate;
  const names = services.map((service) => clientSecret(clientCertificate, service));
  const fix = names.map(subdomain).find((one) => one !== undefined);
  if (fix)
    yield `${server}.tls.clientCertificate.secret is '${secret}': ${fix}, and '<service>' for the name of the service`;
}
