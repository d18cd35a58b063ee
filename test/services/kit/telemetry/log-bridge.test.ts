import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Context, context, type LogRecord, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createLog } from '../../../../services/kit/telemetry/log.ts';

const SPAN = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 };
let active: Context = ROOT_CONTEXT;
const records: LogRecord[] = [];

beforeAll(() => {
  context.setGlobalContextManager({
    active: () => active,
    with: (_context, run, self, ...args) => run.apply(self, args),
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  logs.setGlobalLoggerProvider({
    getLogger: () => ({ enabled: () => true, emit: (record) => records.push(record) }),
  });
});
afterAll(() => {
  context.disable();
  logs.disable();
});

function write(traceId: string) {
  active = trace.setSpanContext(ROOT_CONTEXT, { ...SPAN, traceId });
  const lines: string[] = [];
  const log = createLog({ service: 'order' }, { write: (line) => lines.push(line) });
  log.debug('not written');
  log.warn('sent to ada@example.com', {
    password: 'hunter2',
    n: 1,
    error: new TypeError('no'),
    list: [1, 2],
  });
  return lines.map((line) => JSON.parse(line));
}

test('writes the trace and the span of the line, and passes the redacted line to OpenTelemetry', () => {
  expect(write(SPAN.traceId)).toEqual([
    expect.objectContaining({ trace_id: SPAN.traceId, span_id: SPAN.spanId, password: '[redacted]', n: 1 }),
  ]);
  expect(records).toEqual([
    {
      severityNumber: 13,
      severityText: 'warn',
      body: 'sent to [redacted]',
      attributes: {
        service: 'order',
        password: '[redacted]',
        n: 1,
        'error.name': 'TypeError',
        'error.message': 'no',
        'error.stack': expect.stringContaining('log-bridge.test.ts'),
        list: '[1,2]',
      },
    },
  ]);
});

test('writes no trace for an invalid span', () => {
  expect(write('00000000000000000000000000000000')[0]).not.toHaveProperty('trace_id');
});

test('of a trace that is not sampled, passes on warnings and errors only', () => {
  records.length = 0;
  active = trace.setSpanContext(ROOT_CONTEXT, { ...SPAN, traceFlags: 0 });
  const lines: string[] = [];
  const log = createLog({ service: 'order' }, { write: (line) => lines.push(line) });
  log.info('call');
  log.warn('slow');
  log.error('failed');
  expect(lines).toHaveLength(3);
  expect(records.map(({ body }) => body)).toEqual(['slow', 'failed']);
  active = ROOT_CONTEXT;
  log.info('outside of a trace');
  expect(records.map(({ body }) => body)).toContain('outside of a trace');
});
