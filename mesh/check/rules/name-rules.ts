/** Kubernetes' names (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** A rule for names: what a name must be when it is not. */
export type NameRule = (name: string) => string | undefined;

/** DNS-1123 label. */
export const label: NameRule = (name) =>
  name.length <= 63 && LABEL.test(name)
    ? undefined
    : 'use at most 63 lower-case letters, digits and dashes, with no dash at the ends';

/** DNS-1035 label: a Service's name. */
export const serviceLabel: NameRule = (name) =>
  name.length <= 63 && LABEL_1035.test(name)
    ? undefined
    : 'use at most 63 lower-case letters, digits and dashes, a letter first and no dash last';

/** DNS-1123 subdomain. */
export const subdomain: NameRule = (name) =>
  name.length <= 253 && SUBDOMAIN.test(name)
    ? undefined
    : 'use at most 253 lower-case letters, digits, dashes and dots, with a letter or digit at the ends of each part';

export const labelValue: NameRule = (value) =>
  value.length <= 63 && LABEL_VALUE.test(value)
    ? undefined
    : 'use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at the ends';

/** Key of a label or annotation: a name, with a DNS subdomain and a slash before it or without. */
export const qualifiedName: NameRule = (key) => {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const holds =
    name.length <= 63 && QUALIFIED_NAME.test(name) && (prefix === undefined || !subdomain(prefix));
  return holds
    ? undefined
    : "use at most 63 letters, digits, dashes, underscores and dots, after 'a.domain/' or alone";
};

/** Name of a container's port (IANA service name, RFC 6335). */
export const portName: NameRule = (name) =>
  name.length <= 15 && LABEL.test(name) && /[a-z]/.test(name) && !name.includes('--')
    ? undefined
    : 'use at most 15 lower-case letters, digits and single dashes, with a letter among them';

/**
 * Host of an HTTP edge: a DNS name of two labels at least, a wildcard as the first label, or `*` alone. Istio takes a name
 * without a dot for a service of the namespace.
 */
export const publicHost: NameRule = (host) => {
  if (host === '*') return undefined;
  if (host.includes('://')) return 'give the name alone, without a scheme';
  if (host.endsWith('.')) return 'leave out the dot at the end';
  if (/^\[|:.*:|^[\d.]+$/.test(host)) return 'an address is no host name; give a name, or * for all';
  if (/:\d*$/.test(host)) return 'give the name alone, without a port';
  if (host.includes('/')) return 'give the name alone, without a path';
  const name = host.startsWith('*.') ? host.slice(2) : host;
  if (name.includes('*')) return 'a wildcard stands for whole labels at the start, as in *.example.com';
  if (/[A-Z]/.test(name)) return 'use lower case';
  if (!host.includes('.')) return 'give a name with a dot; Istio takes one without for a service';
  return label63(name) ? subdomain(name) : 'use at most 63 characters between two dots';
};

function label63(name: string): boolean {
  return name.split('.').every(({ length }) => length <= 63);
}

/** Address of a server as `host:port`: a DNS name or an IPv4 address, and a port from 1 to 65535. */
export const hostAndPort: NameRule = (address) => {
  const [, host, port] = /^([^:\s]+):(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || port === undefined) return 'give host:port';
  if (Number(port) < 1 || Number(port) > 65_535) return 'give a port from 1 to 65535';
  return subdomain(host) && 'give a DNS name in lower case as the host';
};
