import { Construct } from 'constructs';
import type { Duration } from '../policy/duration.ts';
import type { Service } from './service.ts';

export interface TopicProps {
  /** Consumers of one group that can be busy at a time, at most. Kafka alone has them. @default 12 */
  readonly partitions?: number;
  /** How long an event is kept, consumed or not. Kafka alone drops it then. @default 168h */
  readonly retention?: Duration;
}

/** A stream of events, ordered by key. */
export class Topic extends Construct {
  readonly name: string;
  readonly partitions: number;
  readonly retention: Duration;
  readonly publishers = new Set<Service>();
  readonly consumers = new Set<Service>();

  constructor(scope: Construct, id: string, { partitions = 12, retention = '168h' }: TopicProps = {}) {
    super(scope, id);
    this.name = id;
    this.partitions = partitions;
    this.retention = retention;
  }
}
