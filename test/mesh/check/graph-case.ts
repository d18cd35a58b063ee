import { expect, test } from '@jest/globals';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import type { TopicProps } from '../../../mesh/graph/topic.ts';
import { SmallPlatform } from './small-platform.ts';

/** A change of a valid graph, and the rule that it violates. */
export interface GraphCase {
  readonly title: string;
  readonly build: (platform: SmallPlatform) => void;
  /** The violated rule and part of its message; undefined if the graph is valid. */
  readonly expected?: readonly [rule: string, message: string | RegExp];
}

export const TOPIC: TopicProps = { messageTypes: [{ $type: 'test.v1.ItemChanged' }] };

/** Declares a test for each case: the check of the graph reports the expected rule, or nothing. */
export function testGraphCases(cases: readonly GraphCase[]): void {
  test.each(cases.map((one) => [one.title, one] as const))('%s', (_, { build, expected }) => {
    const platform = new SmallPlatform();
    build(platform);
    const problems = checkGraph(platform);
    if (!expected) return expect(problems).toEqual([]);
    const [rule, message] = expected;
    const violations = problems.filter((problem) => problem.rule === rule);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    const text = violations.map((problem) => problem.message).join('\n');
    if (message instanceof RegExp) expect(text).toMatch(message);
    else expect(text).toContain(message);
    return expect(violations[0]?.path).toMatch(/^(small|other)/);
  });
}
