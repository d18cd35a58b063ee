import { describe, expect, test } from '@jest/globals';
import { formatReport } from '../../../../scripts/lab/chaos/format-report.ts';
import { chaosPage } from '../../../../scripts/lab/chaos/page/chaos-page.ts';
import { buildReplayCommand } from '../../../../scripts/lab/chaos/replay-command.ts';
import { failedReport, sampleReport } from './sample-report.ts';

describe('the report page', () => {
  const report = sampleReport();
  const page = chaosPage(report);

  test('is self-contained and supports light and dark screens and print', () => {
    expect(page).not.toMatch(/https?:|src=|href="(?!#)|url\((?!#)|@import|<script/);
    expect(page).toContain('color-scheme: light');
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('@media print');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('shows each fault as a mark in the row of its target and in a table', () => {
    for (const { target, description, atS } of report.faults) {
      expect(page).toContain(`text-anchor="end">${target}</text>`);
      expect(page).toContain(`<title>${description}, after ${atS.toFixed(1)} s</title>`);
      expect(page).toContain(`<th scope="row">${description}</th>`);
    }
  });

  test('shows each check with its figure, and the command that repeats the run', () => {
    for (const { invariant, figure } of report.checks) {
      expect(page).toContain(
        `<td class="ok">✓ holds</td><th scope="row">${invariant}</th><td>${figure}</td>`,
      );
    }
    expect(page).toContain(
      '<p class="verdict">No order was lost, charged twice or sold twice: 2 checks passed.</p>',
    );
    expect(page).toContain(`<code>${report.command}</code>`);
    expect(page).toContain('In this run the clock of order is 20 s ahead.');
  });

  test('lists the violations of a check as escaped text, and how many it omits', () => {
    const failed = chaosPage(failedReport());
    expect(failed).toContain('<p class="verdict failed">1 of 1 checks failed.</p>');
    expect(failed).toContain('<li>order-0: order &lt;0&gt; is not there</li>');
    expect(failed).toContain('<li>and 10 more, in report.json</li>');
    expect(failed).not.toContain('No order was lost, charged twice');
    expect(failed).toContain('A &lt;fast&gt; one');
  });

  test('renders a run without faults', () => {
    expect(chaosPage({ ...report, faults: [], timeline: [], checks: [] })).not.toMatch(
      /NaN|undefined|Infinity/,
    );
  });
});

test('the report page names the testbed and the broker', () => {
  expect(chaosPage(sampleReport())).toContain(' · on loopback · events by Postgres · ');
  const inCluster = { ...sampleReport(), where: 'kind', broker: 'kafka' } as const;
  expect(chaosPage(inCluster)).toContain(' · in a cluster · events by Kafka · ');
});

test('repeats a cluster run in the cluster', () => {
  const { command: _, ...options } = sampleReport();
  expect(buildReplayCommand(options, 8, 'kind')).toBe(
    'npm run chaos -- --cluster --seed 7 --orders 200 --kills 8 --concurrency 8',
  );
});

describe('the report text', () => {
  test('of a failed run lists the violations and the command that repeats it', () => {
    const text = formatReport(failedReport());
    expect(text).toContain('No order is lost: 200 answered');
    expect(text).toContain('         order-0: order <0> is not there');
    expect(text).toContain('         and 55 more');
    expect(text).toContain(
      'chaos: 1 of 1 checks failed; reproduce with: npm run chaos -- --seed 7 --orders 200 --kills 8 --freezes 3 --cuts 4 --blackholes 2 --full-disks 1 --clock 20 --broker postgres --concurrency 16',
    );
  });
});
