import { describe, expect, test } from '@jest/globals';
import { commandOf } from '../../../../scripts/lab/chaos/command.ts';
import { chaosPage } from '../../../../scripts/lab/chaos/page/chaos-page.ts';
import { reportText } from '../../../../scripts/lab/chaos/report-text.ts';
import { failedReport, sampleReport } from './sample-report.ts';

describe('the page', () => {
  const report = sampleReport();
  const page = chaosPage(report);

  test('needs nothing else, and is for light and dark screens and for paper', () => {
    expect(page).not.toMatch(/https?:|src=|href="(?!#)|url\((?!#)|@import|<script/);
    expect(page).toContain('color-scheme: light');
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('@media print');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('has each fault as a mark, in a row with the name of its target, and in a table', () => {
    for (const { target, text, at } of report.faults) {
      expect(page).toContain(`text-anchor="end">${target}</text>`);
      expect(page).toContain(`<title>${text}, after ${at.toFixed(1)} s</title>`);
      expect(page).toContain(`<th scope="row">${text}</th>`);
    }
  });

  test('has each check with its figure, and how to do the same again', () => {
    for (const { holds, figure } of report.findings) {
      expect(page).toContain(`<td class="ok">✓ holds</td><th scope="row">${holds}</th><td>${figure}</td>`);
    }
    expect(page).toContain(
      '<p class="verdict">No order was lost, charged twice or sold twice: 2 checks passed.</p>',
    );
    expect(page).toContain(`<code>${report.command}</code>`);
    expect(page).toContain('In this run the clock of order is 20 s ahead.');
  });

  test('says what contradicts a check, in text that is no markup, and how much it leaves out', () => {
    const failed = chaosPage(failedReport());
    expect(failed).toContain('<p class="verdict failed">1 of 1 checks failed.</p>');
    expect(failed).toContain('<li>order-0: order &lt;0&gt; is not there</li>');
    expect(failed).toContain('<li>and 10 more, in report.json</li>');
    expect(failed).not.toContain('No order was lost, charged twice');
    expect(failed).toContain('A &lt;fast&gt; one');
  });

  test('can be drawn of a run in which nothing was done', () => {
    expect(chaosPage({ ...report, faults: [], timeline: [], findings: [] })).not.toMatch(
      /NaN|undefined|Infinity/,
    );
  });
});

test('the page says where it was, and what carried events', () => {
  expect(chaosPage(sampleReport())).toContain(' · on loopback · events by Postgres · ');
  const inCluster = { ...sampleReport(), where: 'in a cluster', broker: 'kafka' } as const;
  expect(chaosPage(inCluster)).toContain(' · in a cluster · events by Kafka · ');
});

test('what is done in a cluster is done again there', () => {
  const { command: _, ...options } = sampleReport();
  expect(commandOf(options, 8, 'in a cluster')).toBe(
    'npm run chaos -- --cluster --seed 7 --orders 200 --kills 8 --concurrency 8',
  );
});

describe('the text', () => {
  test('of a run that failed says what is wrong, and how to do it again', () => {
    const text = reportText(failedReport());
    expect(text).toContain('No order is lost: 200 answered');
    expect(text).toContain('         order-0: order <0> is not there');
    expect(text).toContain('         and 55 more');
    expect(text).toContain(
      'chaos: 1 of 1 checks failed; again: npm run chaos -- --seed 7 --orders 200 --kills 8 --freezes 3 --cuts 4 --blackholes 2 --full-disks 1 --clock 20 --broker postgres --concurrency 16',
    );
  });
});
