import type { Broker } from '../../../mesh/policy/broker.ts';

/** Services by their names in the graph. */
export const SERVICES = ['gateway', 'user', 'product', 'order', 'payment', 'notification'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** A process, or pod, that a fault can be injected into. */
export type FaultTarget = ServiceName | Broker;

/** Targets that a testbed supports by kind of fault; empty if it cannot inject that kind. */
export interface FaultTargets {
  readonly kills: readonly FaultTarget[];
  readonly freezes: readonly FaultTarget[];
  /** Targets whose network can be cut or slowed. */
  readonly cuts: readonly FaultTarget[];
  /** Targets whose disk can be filled. */
  readonly fullDisks: readonly FaultTarget[];
  /** Targets whose clock can be moved. */
  readonly clocks: readonly FaultTarget[];
  /** Targets whose open connections can be silenced. */
  readonly blackholes: readonly FaultTarget[];
}
