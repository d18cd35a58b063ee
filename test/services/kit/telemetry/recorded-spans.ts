import { trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { installPropagation } from '../../../../services/kit/telemetry/propagation.ts';

/** The spans of this process, as they end. */
export interface RecordedSpans {
  /** Returns the ended spans with a name. */
  named(name: string): readonly ReadableSpan[];
  /** Returns the only ended span with a name. @throws Error when there are none or several */
  only(name: string): ReadableSpan;
  /** Returns the names of the events of the only span with a name. */
  eventsOf(name: string): readonly string[];
  clear(): void;
}

/** Records all spans of this process in memory. */
export function recordSpans(): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  installPropagation([]);
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
  const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
  const only = (name: string) => {
    const [span, ...others] = named(name);
    if (span && others.length === 0) return span;
    const names = exporter.getFinishedSpans().map((ended) => ended.name);
    throw new Error(`${span ? others.length + 1 : 'no'} spans named '${name}' among ${names.join(', ')}`);
  };
  return {
    named,
    only,
    eventsOf: (name) => only(name).events.map((event) => event.name),
    clear: () => exporter.reset(),
  };
}
