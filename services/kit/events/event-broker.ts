import type { Pool } from 'pg';
import type { Broker } from '../../../mesh/policy/broker.ts';
import type { Background } from '../process/background.ts';
import type { Event } from './event.ts';
import type { UnreadableMessage } from './unreadable-message.ts';

/** Stores and delivers the events of topics. Delivery is at least once; receivers must tolerate duplicates. */
export interface EventBroker {
  readonly kind: Broker;
  /** Resolves when all `events` are stored durably, in this order. Repeating the call is harmless. */
  publish(events: readonly Event[]): Promise<void>;
  subscribe(subscription: Subscription): Background;
  /** Returns periodic maintenance that publishers run, such as the deletion of expired events. @default none */
  maintenance?(): Background;
  close(): Promise<void>;
}

export interface Subscription {
  readonly topic: string;
  /** Subscriptions of one group share the events of the topic: each event is delivered to one of them. */
  readonly group: string;
  /** Store of the receiver. A broker that does not store consumer positions saves them there. */
  readonly pool: Pool;
  /**
   * Delivers one event; events of the same key are delivered one after the other. Resolves when the event needs no
   * further delivery.
   * @param signal aborts when the subscription stops. If `deliver` then throws, the event is left to another consumer
   */
  deliver(event: Event, signal: AbortSignal): Promise<void>;
  /**
   * Delivers several events in order, instead of `deliver`, when the broker has more than one at hand. Resolves with
   * the length of the prefix that needs no further delivery, at least 1. @default events are delivered one by one
   */
  deliverBatch?(events: readonly Event[], signal: AbortSignal): Promise<number>;
  /** Dead-letters a message that is not an event. Resolves when the message needs no further delivery. */
  deadLetterUnreadable(unreadable: UnreadableMessage): Promise<void>;
  /**
   * Dead-letters a poison event, one that was delivered `deliveries` times without an outcome. Called only by brokers
   * that count deliveries. Resolves when the event needs no further delivery.
   */
  deadLetterPoison(event: Event, deliveries: number): Promise<void>;
}

/** Timeouts of a broker connection. Each broker has its own defaults. */
export interface BrokerTimeouts {
  /** Longest wait for the broker at the start, in milliseconds. @default 30 s */
  readonly startTimeoutMs?: number;
  /** Longest wait for an acknowledgement of published events, in milliseconds. Not used by Postgres. @default 10 s */
  readonly publishTimeoutMs?: number;
  /**
   * Session timeout of a Kafka consumer, in milliseconds: without heartbeats for this long, it loses its partitions.
   * @default 8 s
   */
  readonly sessionTimeoutMs?: number;
}
