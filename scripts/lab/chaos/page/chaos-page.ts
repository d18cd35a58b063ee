import { escapeText } from '../../../operate/report/escape-text.ts';
import { count, figure, withUnit } from '../../../operate/report/figures.ts';
import { reportPage, verdict } from '../../../operate/report/page.ts';
import { foldedTable, textTable } from '../../../operate/report/table.ts';
import { describeMachine } from '../../testbed/machine.ts';
import type { ChaosReport } from '../chaos-report.ts';
import { PLACES } from '../chaos-testbed.ts';
import { describeClockSkew } from '../plan.ts';
import { checksTable } from './checks-table.ts';
import { legendMark } from './fault-mark.ts';
import { STYLE } from './style.ts';
import { timelineChart } from './timeline-chart.ts';

const BROKER_NAMES = { postgres: 'Postgres', kafka: 'Kafka', rabbitmq: 'RabbitMQ' } as const;

/** Renders a report as a self-contained HTML page. */
export function chaosPage(report: ChaosReport): string {
  const { passed, checks, faults, timeline, where, broker, seed, concurrency } = report;
  const failures = checks.filter(({ violations }) => violations.length > 0).length;
  const outcome = passed
    ? `No order was lost, charged twice or sold twice: ${checks.length} checks passed.`
    : `${failures} of ${checks.length} checks failed.`;
  const faultsTable = textTable(
    ['fault', 'after orders', 'at'],
    faults.map(({ description, afterOrders, atS }) => [
      description,
      count(afterOrders),
      `${atS.toFixed(1)} s`,
    ]),
  );
  const secondsTable = textTable(
    ['second', 'orders sent', 'orders answered', 'requests failed'],
    timeline.map(({ second, ordersSent, ordersAnswered, requestsFailed }) =>
      [second, ordersSent, ordersAnswered, requestsFailed].map(count),
    ),
  );
  return reportPage({
    title: 'Orders under chaos',
    createdAt: report.createdAt,
    provenance: [
      PLACES[where],
      `events by ${BROKER_NAMES[broker]}`,
      `seed ${seed}`,
      `${concurrency} orders in flight`,
      ...describeMachine(report.machine),
    ],
    style: STYLE,
    body: `${verdict(escapeText(outcome), passed)}
<p>${escapeText(summary(report))}</p>
<p class="command">Repeat this run: <code>${escapeText(report.command)}</code></p>
<figure class="wide">${timelineChart(report)}
<p class="note">${(['kill', 'freeze', 'cut', 'slow', 'fill', 'blackhole'] as const).map(legendMark).join(' &nbsp; ')}</p></figure>
<h2>Checks</h2>
${checksTable(checks)}
${foldedTable('All faults', faultsTable)}
${foldedTable('All seconds', secondsTable, 'seconds')}`,
  });
}

function summary({ orders, durationS, faults, requests, settling, broker, clockSkew }: ChaosReport): string {
  return [
    `${count(orders)} orders were placed in ${withUnit(figure(durationS), 's')} while ${count(faults.length)} faults were injected into the services, the database and the broker.`,
    `Requests without a response were retried with their idempotency key, ${count(requests)} requests in total.`,
    `After the last fault and the last response, all orders were final within ${withUnit(figure(settling.ordersFinalAfterS), 's')}, and all events were applied within ${withUnit(figure(settling.eventsAppliedAfterS), 's')}.`,
    ...(broker === 'postgres' ? [] : [`The broker was ${BROKER_NAMES[broker]}.`]),
    ...(clockSkew ? [`In this run ${describeClockSkew(clockSkew)}.`] : []),
  ].join(' ');
}
