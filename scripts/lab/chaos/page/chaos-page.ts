import { escapeText } from '../../../operate/report/escape-text.ts';
import { count, figure, withUnit } from '../../contrast/page/figures.ts';
import type { ChaosReport } from '../chaos-report.ts';
import { describeClockSkew } from '../plan.ts';
import { checksTable } from './checks-table.ts';
import { legendMark } from './fault-mark.ts';
import { STYLE } from './style.ts';
import { faultsTable, secondsTable } from './tables.ts';
import { timelineChart } from './timeline-chart.ts';

const BROKER_NAMES = { postgres: 'Postgres', kafka: 'Kafka', rabbitmq: 'RabbitMQ' } as const;

/** Renders a report as a self-contained HTML page without scripts, for light and dark screens and for print. */
export function chaosPage(report: ChaosReport): string {
  const { passed, findings, command, orders, faults, requests, seconds, settled, broker, movedClock } =
    report;
  const failures = findings.filter(({ wrong }) => wrong.length > 0).length;
  const verdict = passed
    ? `No order was lost, charged twice or sold twice: ${findings.length} checks passed.`
    : `${failures} of ${findings.length} checks failed.`;
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
<p>${escapeText(`${count(orders)} orders were placed in ${withUnit(figure(seconds), 's')} while ${count(faults.length)} faults were injected into the services, the database and the broker. Requests without an answer were retried with their idempotency key, ${count(requests)} requests in total. After the last fault and the last answer, all orders were final within ${withUnit(figure(settled.ordersAfter), 's')}, and all events were applied within ${withUnit(figure(settled.allAfter), 's')}.${broker === 'postgres' ? '' : ` The broker was ${BROKER_NAMES[broker]}.`}${movedClock ? ` In this run ${describeClockSkew(movedClock)}.` : ''}`)}</p>
<p>Repeat this run: <code>${escapeText(command)}</code></p>
<figure class="wide">${timelineChart(report)}
<p class="note">${(['kill', 'freeze', 'cut', 'slow', 'fill', 'blackhole'] as const).map(legendMark).join(' &nbsp; ')}</p></figure>
<h2>Checks</h2>
${checksTable(findings)}
${faultsTable(faults)}
${secondsTable(report.timeline)}
</main>
</body>
</html>
`;
}

function provenance({ made, where, broker, seed, concurrency, machine }: ChaosReport): string {
  const time = made.replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
  const { cpu, cores, node } = machine;
  return `${time} · ${where} · events by ${BROKER_NAMES[broker]} · seed ${seed} · ${concurrency} orders in flight · ${cpu}, ${cores} cores · Node ${node.replace(/^v/, '')}`;
}
