import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CANARY_OBJECTIVE } from '../../../../mesh/policy/canary-objective.ts';
import type { CanaryStep, Rollout } from '../../../../scripts/operate/rollout/canary.ts';
import { lineChart } from '../../../../scripts/operate/rollout/page/line-chart.ts';
import { rolloutPage } from '../../../../scripts/operate/rollout/page/rollout-page.ts';

const step = (percent: number, errors: number, reasons: readonly string[] = []): CanaryStep => ({
  percent,
  seconds: 20,
  canary: { requests: 100, errors, errorPercent: errors, p99: 8 },
  baseline: { requests: 1_900, errors: 0, errorPercent: 0, p99: 9 },
  limits: { errorPercent: 1, p99: 18.5 },
  reasons,
});

const ROLLOUT: Rollout = {
  service: 'product',
  version: 'v2',
  baseline: 'v1',
  objective: DEFAULT_CANARY_OBJECTIVE,
  steps: [step(1, 0), step(5, 5, ['it failed'])],
  stopped: 'v2 was stopped at 5 % & its weight is now 0 %: <it failed>.',
  load: undefined,
};

describe('the page', () => {
  const page = rolloutPage(ROLLOUT, '1970-01-01T00:00:00.000Z');

  test('is self-contained and supports light and dark screens and print', () => {
    expect(page).not.toMatch(/https?:|src=|href=|url\(|@import|<script/);
    expect(page).toContain('color-scheme: light');
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('@media print');
  });

  test('shows the outcome with escaped markup', () => {
    expect(page).toContain('v2 was stopped at 5&nbsp;% &amp; its weight is now 0&nbsp;%: &lt;it failed&gt;.');
  });

  test('has a row for each step, and a line for each version and limit', () => {
    const rows = [...page.matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([row]) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, text]) => text),
    );
    expect(rows).toEqual([
      ['1 %', '20 s', '100', '0 %', '8.0 ms', '1900', '0 %', '9.0 ms', '1 %', '18.5 ms', 'ok'],
      ['5 %', '20 s', '100', '5 %', '8.0 ms', '1900', '0 %', '9.0 ms', '1 %', '18.5 ms', 'WORSE'],
    ]);
    expect(page.match(/<g class="(canary|baseline|limit)"><path class="line"/g)).toHaveLength(6);
  });

  test('draws a version without requests', () => {
    const none = { requests: 0, errors: 0, errorPercent: Number.NaN, p99: undefined };
    const empty = rolloutPage(
      { ...ROLLOUT, steps: [{ ...step(1, 0), canary: none }] },
      '1970-01-01T00:00:00.000Z',
    );
    expect(empty).not.toContain('NaN');
    expect(empty).not.toContain('undefined');
  });
});

test('draws each value at its height, and separates overlapping names', () => {
  const svg = lineChart({
    title: 'Failed',
    unit: '%',
    labels: ['1 %', '5 %'],
    series: [
      { name: 'v1', kind: 'baseline', values: [0, 0] },
      { name: 'v2', kind: 'canary', values: [0, 4] },
      { name: 'limit', kind: 'limit', values: [undefined, 0] },
    ],
  });
  expect(svg).toContain('<g class="canary"><path class="line" d="M46 234L390 54"/>');
  expect(svg).toContain('<g class="limit"><path class="line" d="M390 234"/>');
  const names = [...svg.matchAll(/class="name \w+" x="\d+" y="(\d+)"/g)].map(([, y]) => Number(y));
  expect(names).toEqual([54, 219, 234]);
});
