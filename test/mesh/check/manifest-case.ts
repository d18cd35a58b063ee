import { expect, test } from '@jest/globals';
import { checkManifests } from '../../../mesh/check/check-manifests.ts';
import { SECRETS, set, smallManifests } from './small-manifests.ts';

export const POD = 'spec.template.spec';
export const CONTAINER = `${POD}.containers.0`;

/** A field of an object, an invalid value for it, the rule that rejects it (or `none`), and part of the message. */
export type ManifestCase = readonly [
  object: string,
  field: string,
  value: unknown,
  rule: string,
  message: string,
];

/** Declares a test for each case: the check of the manifests reports the rule. */
export function testManifestCases(cases: readonly ManifestCase[]): void {
  test.each(cases)('%s, %s: %j', (object, field, value, rule, message) => {
    const manifests = smallManifests();
    set(manifests, object, field, value);
    const problems = checkManifests(manifests, SECRETS);
    if (rule === 'none') return expect(problems).toEqual([]);
    const violations = problems.filter((problem) => problem.rule === rule);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    expect(violations.map((problem) => problem.message).join('\n')).toContain(message);
    return expect(violations[0]?.path).toMatch(/^small/);
  });
}
