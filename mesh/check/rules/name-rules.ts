/** Kubernetes object names, see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Returns how to fix a name; undefined for a valid one. */
export type NameRule = (name: string) => string | undefined;

/** Validates a DNS-1123 label. */
export const label: NameRule = (name) =>
  name.length <= 63 && LABEL.test(name)
    ? undefined
    : 'use at most 63 lower-case letters, digits and dashes, with no dash at the ends';

/** Validates a DNS-1035 label, which is required for the name of a Service. */
export const serviceLabel: NameRule = (name) =>
  name.length <= 63 && LABEL_1035.test(name)
    ? undefined
    : 'use at most 63 lower-case letters, digits and dashes, a letter first and no dash last';

/** Validates a DNS-1123 subdomain. */
export const subdomain: NameRule = (name) =>
  name.length <= 253 && SUBDOMAIN.test(name)
    ? undefined
    : 'use at most 253 lower-case letters, digits, dashes and dots, with a letter or digit at the ends of each part';

/** Validates the value of a label. */
export const labelValue: NameRule = (value) =>
  value.length <= 63 && LABEL_VALUE.test(value)
    ? undefined
    : 'use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at the ends';

/** Validates the key of a label or annotation: a name with an optional prefix, a DNS subdomain and a slash. */
export const qualifiedName: NameRule = (key) => {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const isValid =
    name.length <= 63 && QUALIFIED_NAME.test(name) && (prefix === undefined || !subdomain(prefix));
  return isValid
    ? undefined
    : "use at most 63 letters, digits, dashes, underscores and dots, after 'a.domain/' or alone";
};

/** Validates the name of a container port (IANA service name, RFC 6335). */
export const portName: NameRule = (name) =>
  name.length <= 15 && LABEL.test(name) && /[a-z]/.test(name) && !name.includes('--')
    ? undefined
    : 'use at most 15 lower-case letters, digits and single dashes, with a letter among them';

/**
 * Validates the host of an HTTP edge: a DNS name of at least two labels, optionally with a wildcard as the first label,
 * or `*`. Istio resolves a name without a dot as a Service of the namespace.
 */
export const publicHost: NameRule = (host) => {
  if (host === '*') return undefined;
  if (host.includes('://')) return 'remove the scheme';
  if (host.endsWith('.')) return 'remove the trailing dot';
  if (/^\[|:.*:|^[\d.]+$/.test(host)) return 'an IP address is not a host name; use a name, or * for any';
  if (/:\d*$/.test(host)) return 'remove the port';
  if (host.includes('/')) return 'remove the path';
  const name = host.startsWith('*.') ? host.slice(2) : host;
  if (name.includes('*')) return 'a wildcard must be the whole first label, as in *.example.com';
  if (/[A-Z]/.test(name)) return 'use lower case';
  if (!host.includes('.')) return 'use a name with a dot; Istio resolves a name without one as a Service';
  return hasShortLabels(name) ? subdomain(name) : 'use at most 63 characters between two dots';
};

function hasShortLabels(name: string): boolean {
  return name.split('.').every(({ length }) => length <= 63);
}

/** Validates a server address `host:port`: a DNS name or an IPv4 address, and a port from 1 to 65535. */
export const hostAndPort: NameRule = (address) => {
  const [, host, port] = /^([^:\s]+):(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || port === undefined) return 'use host:port';
  if (Number(port) < 1 || Number(port) > 65_535) return 'use a port from 1 to 65535';
  return subdomain(host) && 'use a DNS name in lower case as the host';
};
