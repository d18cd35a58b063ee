import { expect, test } from '@jest/globals';
import { verbViolations } from '../../../scripts/check/verb-rule.ts';

test.each([
  ['const { items } = JSON.parse(output) as List;'],
  ['  return texts.map(JSON.parse);'],
  ['const body = (await response.json()) as Order;'],
])('%s is refused, by file and line', (line) => {
  expect(verbViolations('scripts/operate/a.ts', `\n${line}\n`)).toEqual([
    'scripts/operate/a.ts:2: JSON is read by readJson of mesh/run/process/read-json.ts',
  ]);
});

test.each([
  ['// JSON.parse( may stand in a comment'],
  ['/** so may response.json() */'],
  ['const value = readJson(SCHEMA, output, source);'],
  ['process.stdout.write(JSON.stringify(value));'],
])('%s is allowed', (line) => {
  expect(verbViolations('scripts/operate/a.ts', line)).toEqual([]);
});

test('a verb runs in runVerb', () => {
  expect(verbViolations('scripts/a-verb.ts', 'try {} catch {}')).toEqual([
    'scripts/a-verb.ts:1: a verb runs in runVerb of scripts/process/run-verb.ts',
  ]);
  expect(verbViolations('scripts/a-verb.ts', 'await runVerb(main);')).toEqual([]);
});

test('an exemption that is not needed is refused', () => {
  const file = 'mesh/run/postgres/binaries.ts';
  expect(verbViolations(file, 'JSON.parse(text)')).toEqual([]);
  expect(verbViolations(file, 'readJson()')).toEqual([
    expect.stringContaining('does not need its exemption'),
  ]);
});
