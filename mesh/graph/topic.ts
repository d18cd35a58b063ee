import { Construct } from 'constructs';
import type { Duration } from '../policy/duration.ts';
import { uniqueId } from './unique-id.ts';

/** A protobuf message type, as the code generator describes it. */
export interface MessageType {
  /** Full name with the package: `weft.order.v1.OrderEvent`. */
  readonly $type: string;
}

/** A service that publishes to a topic or consumes from it. */
export interface TopicClient extends Construct {
  readonly name: string;
}

export interface TopicProps {
  /** Types of the events. Events of other types can be neither published nor consumed. */
  readonly messageTypes: readonly [MessageType, ...MessageType[]];
  /**
   * Partitions in Kafka, which limit how many consumers of one group work in parallel. Other brokers ignore it.
   * @default 12
   */
  readonly partitions?: number;
  /** How long Postgres and Kafka keep an event, consumed or not. RabbitMQ drops consumed events. @default 168h */
  readonly retention?: Duration;
}

/** A stream of events, ordered by key. */
export class Topic extends Construct {
  readonly name: string;
  /** Full names of the message types. */
  readonly messageTypes: readonly string[];
  readonly partitions: number;
  readonly retention: Duration;
  readonly publishers = new Set<TopicClient>();
  readonly consumers = new Set<TopicClient>();

  constructor(scope: Construct, id: string, props: TopicProps) {
    const { messageTypes, partitions = 12, retention = '168h' } = props;
    super(scope, uniqueId(scope, `topic-${id}`));
    this.name = id;
    this.messageTypes = messageTypes.map(({ $type }) => $type);
    this.partitions = partitions;
    this.retention = retention;
  }
}
