import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';

/** Longest baggage header that is read, in bytes; W3C Baggage 3.3.2 requires support for as much. */
const MAX_BAGGAGE_BYTES = 8_192;

/**
 * Makes the context of a request follow its asynchronous work, and registers the propagation of W3C Trace Context and
 * Baggage. Without a telemetry endpoint the context still passes through this process, so that the spans of proxies
 * and of other services stay connected. Calls after the first have no effect.
 * @param baggageKeys entries of the baggage that are passed on; all others are dropped
 * @see https://www.w3.org/TR/trace-context/
 */
export function installPropagation(baggageKeys: readonly string[]): void {
  if (context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new AllowedBaggage(new Set(baggageKeys))],
      }),
    );
}

/** Propagates the listed entries of the baggage. Any client can send baggage, and each hop would repeat it. */
export class AllowedBaggage implements TextMapPropagator {
  readonly #keys: ReadonlySet<string>;
  readonly #w3c = new W3CBaggagePropagator();

  constructor(keys: ReadonlySet<string>) {
    this.#keys = keys;
  }

  inject(from: Context, carrier: unknown, setter: TextMapSetter): void {
    if (this.#keys.size > 0) this.#w3c.inject(from, carrier, setter);
  }

  extract(into: Context, carrier: unknown, getter: TextMapGetter): Context {
    if (this.#keys.size === 0) return into;
    const header = getter.get(carrier, 'baggage');
    if (header === undefined || header.length > MAX_BAGGAGE_BYTES) return into;
    const extracted = this.#w3c.extract(into, carrier, getter);
    const baggage = propagation.getBaggage(extracted);
    const dropped = baggage?.getAllEntries().filter(([key]) => !this.#keys.has(key)) ?? [];
    if (!baggage || dropped.length === 0) return extracted;
    return propagation.setBaggage(extracted, baggage.removeEntries(...dropped.map(([key]) => key)));
  }

  fields(): string[] {
    return this.#w3c.fields();
  }
}

/** Returns the W3C `traceparent` of a context; undefined outside of a trace. */
export function traceparentOf(from: Context = context.active()): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(from, carrier);
  return carrier.traceparent;
}

/** Returns a context whose parent is `traceparent`; the root context if it is undefined or malformed. */
export function contextOf(traceparent: string | undefined): Context {
  return traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
}
