import { GUARANTEES } from '../../../services/kit/events/guarantees.ts';
import { formatDifferences, replaceBetween } from './table.ts';

/** Page with the table. */
export const GUARANTEES_PAGE = 'docs/messaging.md';
const BEGIN = '<!-- guarantees: npm run docs -->';
const END = '<!-- end of guarantees -->';

/**
 * Returns `page` with the current table of broker guarantees of services/kit/events/guarantees.ts.
 * @throws Error if the page has no markers for the table
 */
export function withGuarantees(page: string): string {
  const rows = Object.entries(GUARANTEES).map(([name, { description, brokers }]) => ({
    head: `${description} (\`${name}\`)`,
    cells: [brokers.postgres, brokers.kafka, brokers.rabbitmq],
  }));
  return replaceBetween(
    page,
    BEGIN,
    END,
    formatDifferences({ heads: ['guarantee', 'Postgres', 'Kafka', 'RabbitMQ'], rows }),
  );
}
