import { escapeText } from '../../../operate/report/escape-text.ts';
import { count, figure, withUnit } from '../../contrast/page/figures.ts';
import { clockText } from '../clock-text.ts';
import type { Report } from '../report.ts';
import { checksTable } from './checks-table.ts';
import { legendMark } from './fault-mark.ts';
import { STYLE } from './style.ts';
import { faultsTable, secondsTable } from './tables.ts';
import { timelineChart } from './timeline-chart.ts';

const BROKERS = { postgres: 'Postgres', kafka: 'Kafka', rabbitmq: 'RabbitMQ' } as const;

/** A report as a page that needs nothing else, not even a script; for light and dark screens, and for paper. */
export function chaosPage(report: Report): string {
  const { passed, findings, command, orders, faults, requests, seconds, settled, broker, movedClock } =
    report;
  const failed = findings.filter(({ wrong }) => wrong.length > 0).length;
  const verdict = passed
    ? `No order was lost, charged twice or sold twice: ${findings.length} checks passed.`
    : `${failed} of ${findings.length} checks failed.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Orders under chaos</title>
<style>${STYLE}
</style>
</head>
<body>
<main>
<h1>Orders under chaos</h1>
<p class="provenance">${escapeText(provenance(report))}</p>
<p class="verdict${passed ? '' : ' failed'}">${escapeText(verdict)}</p>
<p>${escapeText(`${count(orders)} orders were placed in ${withUnit(figure(seconds), 's')}, while ${count(faults.length)} faults were done to the processes of the shop and to its database. A request without an answer was repeated with its idempotency key: ${count(requests)} requests in all. After the last fault and the last answer it took ${withUnit(figure(settled.ordersAfter), 's')} until every order had come to its end, and ${withUnit(figure(settled.allAfter), 's')} until every event was applied.${broker === 'postgres' ? '' : ` Events went over ${broker}.`}${movedClock ? ` In this run ${clockText(movedClock)}.` : ''}`)}</p>
<p>The same again: <code>${escapeText(command)}</code></p>
<figure class="wide">${timelineChart(report)}
<p class="note">${(['kill', 'freeze', 'cut', 'slow', 'fill', 'blackhole'] as const).map(legendMark).join(' &nbsp; ')}</p></figure>
<h2>What was found</h2>
${checksTable(findings)}
${faultsTable(faults)}
${secondsTable(report.timeline)}
</main>
</body>
</html>
`;
}

function provenance({ made, where, broker, seed, concurrency, machine }: Report): string {
  const time = made.replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
  const { cpu, cores, node } = machine;
  return `${time} · ${where} · events by ${BROKERS[broker]} · seed ${seed} · ${concurrency} orders at once · ${cpu}, ${cores} cores · Node ${node.replace(/^v/, '')}`;
}
