import fc from 'fast-check';

const PLAIN = ['a', 'b', 'keys.json', '%61', '%6Beys.json', '..', '.', '%2e%2E', '?', '?/../b'];
const ODD = [
  ...['a%2fb', 'a%2Fb', '%2F', '..;x', '%2e;', '.%3b', 'a;', '\\', 'a\\..', '%5c', '', 'a%0a'],
  ...['a#', '#/../b', '%2561', '%3f', '%23', '%zz'],
];

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PLAIN) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
);

/** Generates request targets that servers often interpret differently. */
export const target: fc.Arbitrary<string> = fc
  .array(part, { minLength: 1, maxLength: 5 })
  .map((parts) => `/${parts.join('/')}`);
