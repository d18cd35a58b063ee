import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import type { Topic } from './topic.ts';

/** The part of a platform that its services and calls depend on. `Platform` implements it. */
export interface PlatformScope extends Construct {
  readonly environment: Environment;
  /** Kubernetes namespace of everything in the graph. */
  readonly namespace: string;
  readonly topics: readonly Topic[];
}
