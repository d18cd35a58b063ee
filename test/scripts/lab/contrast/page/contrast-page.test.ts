import { describe, expect, test } from '@jest/globals';
import { contrastPage } from '../../../../../scripts/lab/contrast/page/contrast-page.ts';
import type {
  ContrastLayer,
  ContrastReport,
  ScenarioResult,
  ScenarioRun,
} from '../../../../../scripts/lab/contrast/report.ts';
import { count, milliseconds, percent } from '../../../../../scripts/operate/report/figures.ts';
import { sampleReport } from '../sample-report.ts';

const REPORT = sampleReport();
const PAGE = contrastPage(REPORT);

/** Returns the HTML of a scenario's section. */
function sectionOf(page: string, name: string): string {
  return page.split('<section ').find((section) => section.startsWith(`id="${name}"`)) ?? '';
}

/** Returns the HTML of the cells in the row with this head. */
function cells(table: string, head: string): readonly string[] {
  const row = table
    .split('<tr>')
    .find((one) => one.startsWith('<th scope="row">') && one.includes(`>${head}<`));
  return [...(row ?? '').matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = '']) => cell);
}

/** Returns the report with only its first scenario, changed. */
function firstScenario(change: (scenario: ScenarioResult) => Partial<ScenarioResult>): ContrastReport {
  return { ...REPORT, scenarios: REPORT.scenarios.slice(0, 1).map((one) => ({ ...one, ...change(one) })) };
}

function eachRun(change: (run: ScenarioRun) => Partial<ScenarioRun>): ContrastReport {
  return firstScenario(({ runs }) => ({ runs: runs.map((run) => ({ ...run, ...change(run) })) }));
}

describe('the page', () => {
  test('is self-contained, and supports light and dark screens and print', () => {
    expect(PAGE).not.toMatch(/https?:|src=|href="(?!#)|url\((?!#)|@import|<script/);
    expect(PAGE).toContain('color-scheme: light');
    expect(PAGE).toContain('prefers-color-scheme: dark');
    expect(PAGE).toContain('@media print');
  });

  test.each(REPORT.scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'shows the figures of %s under every layer',
    (name, { title, runs }) => {
      expect(cells(PAGE, title)).toHaveLength(REPORT.layers.length);
      const section = sectionOf(PAGE, name);
      expect(section).toContain(`<h2>${title}</h2>`);
      for (const { layer } of runs) expect(section).toContain(`<g class="${layer}">`);
      expect(cells(section, 'sent')).toEqual(runs.map(({ sent }) => count(sent)));
      expect(cells(section, 'succeeded')).toEqual(runs.map(({ succeeded }) => count(succeeded)));
      expect(cells(section, 'p99')).toEqual(runs.map(({ latencyMs }) => milliseconds(latencyMs.p99)));
      expect(cells(section, 'proxies, CPU per 1,000 requests')).toEqual(
        runs.map(({ proxy }) => milliseconds(proxy?.cpuMsPer1000Requests)),
      );
    },
  );

  test('shows the measure of the scenario with the best and the worst in the matrix', () => {
    const overload = cells(PAGE, 'Twice the capacity').map((cell) => cell.replaceAll(/<[^>]+>/g, ' '));
    expect(overload.map((cell) => cell.trim().split(/ {2,}/))).toEqual([
      ['33.5\u00a0/s', '▼ worst'],
      ['432\u00a0/s', '▲ best'],
      ['321\u00a0/s'],
      ['37.8\u00a0/s'],
      ['321\u00a0/s'],
    ]);
  });

  test('counts attempts at the end of the call path under each layer, even if a layer has more attempts before it', () => {
    const attempts: Partial<Record<ContrastLayer, ScenarioRun['attemptsPerRequest']>> = {
      mesh: { order: 3, product: 9 },
      app: { order: 3, product: 0.5 },
    };
    const page = contrastPage(
      firstScenario(({ title, runs }) => ({
        title,
        measure: 'attempts',
        runs: runs.map((run) => ({ ...run, attemptsPerRequest: attempts[run.layer] ?? {} })),
      })),
    );
    const [, app, mesh] = cells(page, 'No faults');
    expect([app, mesh]).toEqual([expect.stringContaining('0.500'), expect.stringContaining('9.00')]);
  });

  test('takes the later of two callees with equal attempts as the end of the call path', () => {
    const page = contrastPage(
      firstScenario(({ runs }) => ({
        measure: 'attempts',
        runs: runs.map((run) => ({ ...run, attemptsPerRequest: { order: 1, product: 1 } })),
      })),
    );
    expect(page).toContain('<small>attempts per request at product; lower is better</small>');
  });

  test('lists the fields that a layer does not support', () => {
    const page = contrastPage({ ...REPORT, unsupportedFields: { proxyless: ['outlierDetection'] } });
    expect(page).toContain('<b>proxyless</b> does not support <code>outlierDetection</code>');
  });

  test('escapes the titles and the error of synthesis', () => {
    const page = contrastPage(
      firstScenario(() => ({
        name: 'a"b',
        title: '<b>&',
        description: '<i>',
        synthesisError: 'say \'x\' > "y"',
      })),
    );
    expect(page).toContain('<h2>&lt;b&gt;&amp;</h2>');
    expect(page).toContain('id="a&quot;b"');
    expect(page).toContain('tabindex="0">say \'x\' &gt; &quot;y&quot;</blockquote>');
    expect(page).not.toContain('<i>');
  });

  test('escapes the names in a run', () => {
    const page = contrastPage(
      eachRun(() => ({
        attemptsPerRequest: { '<x>': 2 },
        statuses: { '<x>': 1 },
        decisions: { '<x>': 1 },
        replicas: [{ name: '<x>', attempts: 1, fault: '<x>' }],
      })),
    );
    expect(page).not.toContain('<x>');
    expect(page).toContain('attempts at &lt;x&gt; per request');
  });

  test('has no column for a layer without runs, and no best layer when there is only one', () => {
    const page = contrastPage(sampleReport(['app']));
    expect(page).not.toMatch(/class="(none|mesh|proxyless|both)"/);
    expect(page).toContain('<g class="app">');
    expect(page).not.toContain('▲ best</small>');
    expect(page).toContain('app is the only layer; CPU per 1,000 requests: 1,320\u00a0ms.');
  });
});

describe('edge cases', () => {
  test('a run without requests renders without invalid numbers', () => {
    const none = contrastPage(
      eachRun(() => ({
        sent: 0,
        succeeded: 0,
        goodputPerSecond: 0,
        latencyMs: { p50: Number.NaN, p90: Number.NaN, p99: Number.NaN, p999: Number.NaN },
        timeline: [{ second: 0, sent: 0, succeeded: 0 }],
        replicas: [],
        attemptsPerRequest: {},
      })),
    );
    expect(none).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each(['success', 'p99', 'attempts', 'goodput', 'spread', 'cost'] as const)(
    'runs without timeline, replicas and attempts render by %s',
    (measure) => {
      const page = contrastPage(
        firstScenario(({ runs }) => ({
          measure,
          runs: runs.map((run) => ({ ...run, timeline: [], replicas: [], attemptsPerRequest: {} })),
        })),
      );
      expect(page).not.toMatch(/NaN|undefined|Infinity/);
    },
  );

  test('values from 1e-6 to 1e6 stay inside their chart', () => {
    const page = contrastPage(
      eachRun(({ layer }) => ({
        goodputPerSecond: layer === 'app' ? 1e6 : 1e-6,
        application: { cpuMsPer1000Requests: layer === 'app' ? 1e6 : 1e-6, memoryMiB: 1 },
        latencyMs: { p50: 1e-6, p90: 1, p99: 1e3, p999: 1e6 },
      })),
    );
    const ends = [...page.matchAll(/<rect class="mark[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"/g)];
    expect(ends.length).toBeGreaterThan(0);
    for (const [, x, width] of ends) expect(Number(x) + Number(width)).toBeLessThanOrEqual(460);
  });

  test('a second without requests is a gap in the line', () => {
    const second = (at: number, sent: number) => ({ second: at, sent, succeeded: sent });
    const page = contrastPage(
      firstScenario(({ runs }) => ({
        measure: 'success',
        runs: runs
          .slice(0, 1)
          .map((run) => ({ ...run, timeline: [second(0, 9), second(1, 0), second(2, 9)] })),
      })),
    );
    expect(page.match(/<path class="line"/g)).toHaveLength(2);
  });
});

describe('a success rate', () => {
  test.each([
    [1, '100\u00a0%'],
    [0.99996, '99.99\u00a0%'],
    [0.9995, '99.95\u00a0%'],
    [0.834, '83.4\u00a0%'],
    [0, '0\u00a0%'],
    [undefined, '–'],
  ])('of %s is formatted without rounding up to 100 %%', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
