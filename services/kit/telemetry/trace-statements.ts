import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { ATTR_DB_QUERY_SUMMARY } from '@opentelemetry/semantic-conventions';
import { Client } from 'pg';
import { setTracedQuery } from './traced-query.ts';

/**
 * Makes each statement of a traced request a span. pg's own prototype stays unchanged: the instrumentation patches a
 * copy of its method `query`, which StoreClient calls where a span is recorded. The usual module hook would have to be
 * installed before pg is imported, and would cost every statement. Values of parameters are not recorded.
 */
export function traceStatements(): void {
  const prototype = { query: Client.prototype.query, connect: Client.prototype.connect };
  new StatementTracing({
    enabled: false,
    requireParentSpan: true,
    requestHook(span, { query }) {
      // Postgres repeats values of parameters in its error messages.
      const setStatus = span.setStatus.bind(span);
      span.setStatus = ({ code }) => setStatus({ code });
      // A statement's own name says more than its first word.
      if (query.name === undefined) return;
      span.updateName(query.name);
      span.setAttribute(ATTR_DB_QUERY_SUMMARY, query.name);
    },
  }).patch({ Client: { prototype } });
  setTracedQuery(prototype.query);
}

class StatementTracing extends PgInstrumentation {
  patch(module: object): void {
    const [definition] = this.init();
    definition?.patch?.(module);
  }
}
