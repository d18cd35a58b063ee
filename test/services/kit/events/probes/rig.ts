import type { AppEvents } from '../../../../../mesh/policy/app-events.ts';
import type { Broker } from '../../../../../mesh/policy/broker.ts';
import type { CloudEventMessage } from '../../../../../services/kit/events/cloud-event.ts';

/** A real broker that a probe may treat badly. It has the same address as long as it lives. */
export interface Rig {
  readonly kind: Broker;
  /** Returns the settings of a service that publishes to and consumes `topic`. */
  events(topic: string, consumers: readonly string[]): AppEvents;
  readonly password: string;
  /** Makes the service record the topics that it creates. */
  settle(): Promise<void>;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Starts it again, with what it had kept. */
  start(): Promise<void>;
  /** It goes on taking connections, and says nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Puts a message into the topic past all that a publisher checks; whether the broker took it. */
  put(topic: string, message: CloudEventMessage): Promise<boolean>;
  /** Drops what the broker would drop by itself in time. */
  expire(topic: string): Promise<void>;
  close(): Promise<void>;
}
