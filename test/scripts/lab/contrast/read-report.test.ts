import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseReport, readReport } from '../../../../scripts/lab/contrast/read-report.ts';
import { sampleReport } from './sample-report.ts';

describe('a report that was written', () => {
  test('is read as it was', () => {
    const report = { ...sampleReport(), lost: { proxyless: ['outlierDetection'] } };
    expect(parseReport('a.json', JSON.stringify(report))).toEqual(report);
  });

  test('has no number where there was none, as a p99 of no requests', () => {
    const { scenarios } = sampleReport();
    const text = JSON.stringify(sampleReport(), (key, value) => (key === 'p99' ? Number.NaN : value));
    const read = parseReport('a.json', text);
    expect(read.scenarios).toHaveLength(scenarios.length);
    expect(read.scenarios[0]?.runs[0]?.latencyMs.p99).toBeNaN();
  });
});

describe('what is none is refused, by name and with what makes one', () => {
  test('a file that is not there', async () => {
    const path = join(import.meta.dirname, 'nowhere.json');
    await expect(readReport(path)).rejects.toThrow(`${path} is not there: npm run contrast makes it`);
  });

  test.each([
    ['{', /^a\.json is no JSON: npm run contrast makes it again$/],
    ['[]', /^a\.json is no report: .*npm run contrast makes one$/],
    [
      JSON.stringify({ ...sampleReport(), layers: ['messh'] }),
      /^a\.json is no report: layers\.0: .*npm run contrast makes one$/,
    ],
  ])('%.20s', (text, message) => {
    expect(() => parseReport('a.json', text)).toThrow(message);
  });
});
