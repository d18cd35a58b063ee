import type { ServiceEntrySpec } from '../../../imports/networking.istio.io.ts';

/**
 * Native equivalents of CEL rules in Istio's CRDs, keyed by the text of the rule. If Istio changes a rule, the lookup
 * misses and the CEL library evaluates it instead. A test compares each function with the CEL library.
 */
export const NATIVE_RULES: Readonly<Record<string, (self: unknown) => boolean>> = {
  "duration(self) >= duration('1ms')": (self) => nanoseconds(String(self)) >= 1e6,
  '!self.contains("*")': (self) => !String(self).includes('*'),
  'self.all(key, !key.contains("*"))': (self) => keys(self).every((key) => !key.includes('*')),
  'self.all(key, key.size() != 0)': (self) => keys(self).every((key) => key !== ''),
  'self != "*"': (self) => self !== '*',
  '0 < self && self <= 65535': (self) => Number(self) > 0 && Number(self) <= 65_535,
  'url(self).getScheme() in ["http", "https"]': (self) =>
    URL.canParse(String(self)) && /^https?:$/.test(new URL(String(self)).protocol),
  '(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1': (
    self,
  ) => atMostOne(self, 'selector', 'targetRef', 'targetRefs'),
  '(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1': (self) =>
    atMostOne(self, 'jwksUri', 'jwks_uri', 'jwks'),
  '(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1': (self) =>
    atMostOne(self, 'workloadSelector', 'endpoints'),
  '(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true':
    (self) =>
      !has(self, 'serviceAccounts', 'notServiceAccounts') ||
      !has(self, 'principals', 'notPrincipals', 'namespaces', 'notNamespaces'),
  'has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true':
    (self) => {
      const { portLevelMtls, selector } = self as {
        portLevelMtls?: object;
        selector?: { matchLabels?: object };
      };
      return portLevelMtls === undefined || keys(selector?.matchLabels ?? {}).length > 0;
    },
  'self.all(key, 0 < int(key) && int(key) <= 65535)': (self) =>
    keys(self).every((key) => /^[+-]?\d+$/.test(key) && Number(key) > 0 && Number(key) <= 65_535),
  'self.all(l1, self.exists_one(l2, l1.number == l2.number))': (self) => {
    const numbers = (self as readonly ({ readonly number: number } | null)[]).map((port) => port?.number);
    return new Set(numbers).size === numbers.length;
  },
  '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))':
    (self) => {
      const { addresses = [], resolution = 'NONE' } = self as ServiceEntrySpec;
      return (
        resolution === 'STATIC' ||
        resolution === 'NONE' ||
        !addresses.some((address) => address.includes('/'))
      );
    },
  '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true': (self) => {
    const { resolution = 'NONE' } = self as ServiceEntrySpec;
    return resolution !== 'NONE' || !has(self, 'endpoints');
  },
  '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true':
    (self) => {
      const { resolution, endpoints = [] } = self as ServiceEntrySpec;
      return resolution !== 'DNS_ROUND_ROBIN' || endpoints.length <= 1;
    },
};

const UNITS: Readonly<Record<string, number>> = {
  h: 3.6e12,
  m: 6e10,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  ns: 1,
};

/** Parses a Go duration such as `1h2.5s`. Returns nanoseconds, or NaN for invalid text. */
function nanoseconds(duration: string): number {
  if (/^[+-]?0$/.test(duration)) return 0;
  if (!/^[+-]?((\d+(\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns))+$/.test(duration)) return Number.NaN;
  let sum = 0;
  for (const [, number, unit = ''] of duration.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g))
    sum += Number(number) * (UNITS[unit] ?? 0);
  return duration.startsWith('-') ? -sum : sum;
}

function keys(self: unknown): readonly string[] {
  return Object.keys(self as object);
}

function has(self: unknown, ...names: readonly string[]): boolean {
  return names.some((name) => name in (self as object));
}

function atMostOne(self: unknown, ...names: readonly string[]): boolean {
  return names.filter((name) => name in (self as object)).length <= 1;
}
