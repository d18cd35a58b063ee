import type { Testbed } from '../testbed/testbed.ts';
import type { ContainerUsage } from './container-usage.ts';

/** The shop running under one layer, with the operations that scenarios need. */
export interface ContrastTestbed extends Testbed {
  /** Fields of the policies that the layer does not support; they were removed. @default none */
  readonly unsupportedFields?: readonly string[];
  /** Restarts the replicas of a service one after the other. */
  restart(service: string): Promise<void>;
  /** Scales a service and waits until the number of replicas is reached. */
  scale(service: string, replicas: number): Promise<void>;
  /** Reads the resource usage of all processes. @default read from the metrics of each process */
  readUsage?(): Promise<ContainerUsage>;
}
