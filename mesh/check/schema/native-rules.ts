/**
 * Functions for rules of Istio's CRDs, by the rule's own text: when Istio changes a rule, the text is no
 * longer found here and the CEL library takes over. A test holds each against that library.
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

/** Length of a Go duration (`1h2.5s`); NaN when it is none. */
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

function atMostOne(self: unknown, ...names: readonly string[]): boolean {
  return names.filter((name) => name in (self as object)).length <= 1;
}
