import { GUARANTEES } from '../../../services/kit/events/guarantees.ts';
import { markdownTable, replaceBetween } from './table.ts';

/** Where the table is shown. */
export const GUARANTEES_PAGE = 'docs/messaging.md';
const BEGIN = '<!-- guarantees: npm run docs -->';
const END = '<!-- end of guarantees -->';

/**
 * `page` with its table of what brokers guarantee as services/kit/events/guarantees.ts has it now.
 * @throws Error when the page has no place for it
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
    markdownTable({ heads: ['guarantee', 'Postgres', 'Kafka', 'RabbitMQ'], rows }),
  );
}
