import { describe, expect, test } from '@jest/globals';
import { contrastPage } from '../../../../scripts/lab/contrast/page/contrast-page.ts';
import { count, milliseconds, percent } from '../../../../scripts/lab/contrast/page/figures.ts';
import type { Contrasted, Report, Run, ScenarioResult } from '../../../../scripts/lab/contrast/report.ts';
import { sampleReport } from './sample-report.ts';

const REPORT = sampleReport();
const PAGE = contrastPage(REPORT);

/** What the page has of a scenario. */
function sectionOf(page: string, name: string): string {
  return page.split('<section ').find((section) => section.startsWith(`id="${name}"`)) ?? '';
}

/** Cells of the row of `table` that begins with `head`, as text. */
function cells(table: string, head: string): readonly string[] {
  const row = table
    .split('<tr>')
    .find((one) => one.startsWith('<th scope="row">') && one.includes(`>${head}<`));
  return [...(row ?? '').matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = '']) => cell);
}

/** The report with its first scenario alone, and that changed. */
function only(change: (scenario: ScenarioResult) => Partial<ScenarioResult>): Report {
  return { ...REPORT, scenarios: REPORT.scenarios.slice(0, 1).map((one) => ({ ...one, ...change(one) })) };
}

function eachRun(change: (run: Run) => Partial<Run>): Report {
  return only(({ runs }) => ({ runs: runs.map((run) => ({ ...run, ...change(run) })) }));
}

describe('the page', () => {
  test('needs nothing else, and is for light and dark screens and for paper', () => {
    expect(PAGE).not.toMatch(/https?:|src=|href="(?!#)|url\((?!#)|@import|<script/);
    expect(PAGE).toContain('color-scheme: light');
    expect(PAGE).toContain('prefers-color-scheme: dark');
    expect(PAGE).toContain('@media print');
  });

  test.each(REPORT.scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'shows %s under every layer, by its figures',
    (name, { title, runs }) => {
      expect(cells(PAGE, title)).toHaveLength(REPORT.layers.length);
      const section = sectionOf(PAGE, name);
      expect(section).toContain(`<h2>${title}</h2>`);
      for (const { layer } of runs) expect(section).toContain(`<g class="${layer}">`);
      expect(cells(section, 'sent')).toEqual(runs.map(({ sent }) => count(sent)));
      expect(cells(section, 'succeeded')).toEqual(runs.map(({ succeeded }) => count(succeeded)));
      expect(cells(section, 'p99')).toEqual(runs.map(({ latencyMs }) => milliseconds(latencyMs.p99)));
      expect(cells(section, 'proxies, CPU for 1,000')).toEqual(
        runs.map(({ proxy }) => milliseconds(proxy?.cpuMsPer1000)),
      );
    },
  );

  test('has the measure of the scenario in the matrix, the best and the worst in words', () => {
    const overload = cells(PAGE, 'Twice as much as it can do').map((cell) =>
      cell.replaceAll(/<[^>]+>/g, ' '),
    );
    expect(overload.map((cell) => cell.trim().split(/ {2,}/))).toEqual([
      ['33.5\u00a0/s', '▼ worst'],
      ['432\u00a0/s', '▲ best'],
      ['321\u00a0/s'],
      ['37.8\u00a0/s'],
      ['321\u00a0/s'],
    ]);
  });

  test('counts tries at the end of the path under each layer, where a layer leaves fewer there than before it too', () => {
    const tries: Partial<Record<Contrasted, Run['tries']>> = {
      mesh: { order: 3, product: 9 },
      app: { order: 3, product: 0.5 },
    };
    const page = contrastPage(
      only(({ title, runs }) => ({
        title,
        measure: 'attempts',
        runs: runs.map((run) => ({ ...run, tries: tries[run.layer] ?? {} })),
      })),
    );
    const [, app, mesh] = cells(page, 'Nothing goes wrong');
    expect([app, mesh]).toEqual([expect.stringContaining('0.500'), expect.stringContaining('9.00')]);
  });

  test('takes the later of two callees for the end of the path where both get as many tries', () => {
    const page = contrastPage(
      only(({ runs }) => ({
        measure: 'attempts',
        runs: runs.map((run) => ({ ...run, tries: { order: 1, product: 1 } })),
      })),
    );
    expect(page).toContain('<small>tries for a request at product; less is better</small>');
  });

  test('names what a layer went without', () => {
    const page = contrastPage({ ...REPORT, lost: { proxyless: ['outlierDetection'] } });
    expect(page).toContain('<b>proxyless</b> cannot do <code>outlierDetection</code>');
  });

  test('says what synthesis says, in text that is no markup', () => {
    const page = contrastPage(
      only(() => ({ name: 'a"b', title: '<b>&', what: '<i>', refusal: 'say \'x\' > "y"' })),
    );
    expect(page).toContain('<h2>&lt;b&gt;&amp;</h2>');
    expect(page).toContain('id="a&quot;b"');
    expect(page).toContain('tabindex="0">say \'x\' &gt; &quot;y&quot;</blockquote>');
    expect(page).not.toContain('<i>');
  });

  test('escapes the names that come from a run', () => {
    const page = contrastPage(
      eachRun(() => ({
        tries: { '<x>': 2 },
        statuses: { '<x>': 1 },
        decisions: { '<x>': 1 },
        hosts: [{ name: '<x>', tries: 1, trouble: '<x>' }],
      })),
    );
    expect(page).not.toContain('<x>');
    expect(page).toContain('tries at &lt;x&gt; for a request');
  });

  test('has no column for a layer that was not tried, and nobody is best alone', () => {
    const page = contrastPage(sampleReport(['app']));
    expect(page).not.toMatch(/class="(none|mesh|proxyless|both)"/);
    expect(page).toContain('<g class="app">');
    expect(page).not.toContain('▲ best</small>');
    expect(page).toContain('app alone was tried; CPU for 1,000 requests: 1,320\u00a0ms.');
  });
});

describe('what is odd', () => {
  test('nothing that was sent, succeeded or answered is drawn as nothing', () => {
    const none = contrastPage(
      eachRun(() => ({
        sent: 0,
        succeeded: 0,
        goodput: 0,
        latencyMs: { p50: Number.NaN, p90: Number.NaN, p99: Number.NaN, p999: Number.NaN },
        timeline: [{ second: 0, sent: 0, succeeded: 0 }],
        hosts: [],
        tries: {},
      })),
    );
    expect(none).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each(['success', 'p99', 'attempts', 'goodput', 'spread', 'cost'] as const)(
    'runs without seconds, hosts and tries can be shown by %s',
    (measure) => {
      const page = contrastPage(
        only(({ runs }) => ({
          measure,
          runs: runs.map((run) => ({ ...run, timeline: [], hosts: [], tries: {} })),
        })),
      );
      expect(page).not.toMatch(/NaN|undefined|Infinity/);
    },
  );

  test('values from a millionth to a million stay inside of their chart', () => {
    const page = contrastPage(
      eachRun(({ layer }) => ({
        goodput: layer === 'app' ? 1e6 : 1e-6,
        application: { cpuMsPer1000: layer === 'app' ? 1e6 : 1e-6, memoryMiB: 1 },
        latencyMs: { p50: 1e-6, p90: 1, p99: 1e3, p999: 1e6 },
      })),
    );
    const ends = [...page.matchAll(/<rect class="mark[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"/g)];
    expect(ends.length).toBeGreaterThan(0);
    for (const [, x, width] of ends) expect(Number(x) + Number(width)).toBeLessThanOrEqual(460);
  });

  test('a second in which nothing was due is a gap in the line', () => {
    const second = (at: number, sent: number) => ({ second: at, sent, succeeded: sent });
    const page = contrastPage(
      only(({ runs }) => ({
        measure: 'success',
        runs: runs
          .slice(0, 1)
          .map((run) => ({ ...run, timeline: [second(0, 9), second(1, 0), second(2, 9)] })),
      })),
    );
    expect(page.match(/<path class="line"/g)).toHaveLength(2);
  });
});

describe('a success', () => {
  test.each([
    [1, '100\u00a0%'],
    [0.99996, '99.99\u00a0%'],
    [0.9995, '99.95\u00a0%'],
    [0.834, '83.4\u00a0%'],
    [0, '0\u00a0%'],
    [undefined, '–'],
  ])('of %s is never rounded to all', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
