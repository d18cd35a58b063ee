import { Construct } from 'constructs';
import type { Duration } from '../policy/duration.ts';
import { uniqueId } from './free-id.ts';
import type { Service } from './service.ts';

/** A protobuf message, as the code generator describes it. */
export interface MessageType {
  /** With its package: `weft.order.v1.OrderEvent`. */
  readonly $type: string;
}

export interface TopicProps {
  /** Messages that its events are: nothing else is published to it, or consumed from it. */
  readonly messageTypes: readonly [MessageType, ...MessageType[]];
  /** Consumers of one group that can be busy at a time, at most. Kafka alone has them. @default 12 */
  readonly partitions?: number;
  /** How long an event is kept, consumed or not, in Postgres and Kafka; RabbitMQ drops what is consumed. @default 168h */
  readonly retention?: Duration;
}

/** A stream of events, ordered by key. */
export class Topic extends Construct {
  readonly name: string;
  /** Full names of the messages that its events are. */
  readonly messageTypes: readonly string[];
  readonly partitions: number;
  readonly retention: Duration;
  readonly publishers = new Set<Service>();
  readonly consumers = new Set<Service>();

  constructor(
    scope: Construct,
    id: string,
    { messageTypes, partitions = 12, retention = '168h' }: TopicProps,
  ) {
    super(scope, uniqueId(scope, `topic-${id}`));
    this.name = id;
    this.messageTypes = messageTypes.map(({ $type }) => $type);
    this.partitions = partitions;
    this.retention = retention;
  }
}
