import { Construct } from 'constructs';
import type { Admission } from '../policy/admission.ts';
import type { CallPolicy } from '../policy/call-policy.ts';
import type { Edge } from '../policy/edge.ts';
import type { GrpcService, MethodName } from '../policy/grpc-service.ts';
import { DEFAULT_OBJECTIVE, type Objective } from '../policy/objective.ts';
import { Call } from './call.ts';
import type { Size } from './environment.ts';
import { uniqueId } from './free-id.ts';
import type { Platform } from './platform.ts';
import type { SecretKey } from './secret-key.ts';
import { Store } from './store.ts';
import type { Topic } from './topic.ts';

export interface ServiceProps<S extends GrpcService> {
  /** The protobuf service it serves, on port 50051. @default it serves no gRPC */
  readonly serves?: S;
  /** Makes it the HTTP edge, on port 8080. @default not reachable from outside */
  readonly edge?: Edge;
  /** Whether it owns a database. @default false */
  readonly hasStore?: boolean;
  /** Plain settings, as environment variables. Values are literal: `$(NAME)` is not replaced. Never a secret. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Secrets it reads as files `/etc/weft/secrets/<key>`. @default none */
  readonly secrets?: readonly SecretKey[];
  /** Versions that run side by side, with the share of requests each gets. @default the environment's; else one, `v1` */
  readonly versions?: readonly Version[];
  /** What it lets in of what its callers send. @default everything */
  readonly admission?: Admission;
  /** What a canary of it is judged by. @default 1 percentage point of errors; a p99 of 1.5 times and 5 ms */
  readonly objective?: Objective;
}

export interface Version {
  readonly name: string;
  /** Percent of the requests, 0 to 100; all versions add up to 100. */
  readonly weight: number;
  /** Tag of its image. @default that of the service */
  readonly imageTag?: string;
  /** Settings in which it differs from the service. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Requests with this header go to this version, whatever the weights. @default none do */
  readonly header?: { readonly name: string; readonly value: string };
  /**
   * Percent, 0 to 100, of the requests that change nothing, of which this version gets a copy. Nobody waits for its
   * answer. @default 0
   */
  readonly mirrorPercent?: number;
}

/** A deployable Node process with one identity. */
export class Service<S extends GrpcService = GrpcService> extends Construct {
  static readonly grpcPort = 50_051;
  static readonly httpPort = 8_080;
  /** Health, readiness and metrics. */
  static readonly adminPort = 9_090;

  readonly platform: Platform;
  readonly name: string;
  readonly serves: S | undefined;
  readonly edge: Edge | undefined;
  readonly store: Store | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretKey[];
  readonly versions: readonly Version[];
  readonly admission: Admission | undefined;
  readonly objective: Objective;
  readonly size: Size;
  readonly publishedTopics = new Set<Topic>();
  readonly consumedTopics = new Set<Topic>();

  constructor(platform: Platform, id: string, props: ServiceProps<S> = {}) {
    super(platform, uniqueId(platform, id));
    const { environment } = platform;
    this.platform = platform;
    this.name = id;
    this.serves = props.serves;
    this.edge = props.edge;
    this.store = props.hasStore ? new Store(this, 'store', id) : undefined;
    this.settings = props.settings ?? {};
    this.secrets = props.secrets ?? [];
    this.versions = props.versions ?? ownValue(environment.versions, id) ?? [{ name: 'v1', weight: 100 }];
    this.admission = props.admission;
    this.objective = props.objective ?? DEFAULT_OBJECTIVE;
    this.size = { ...environment.size, ...ownValue(environment.sizeOverrides, id) };
  }

  /** Its name in the cluster's DNS. */
  get host(): string {
    return `${this.name}.${this.platform.namespace}.svc.cluster.local`;
  }

  /** The calls it makes. */
  get outgoingCalls(): readonly Call[] {
    return this.node.children.filter((child) => child instanceof Call);
  }

  /**
   * Declares that this service calls `methods` of `callee`.
   * @param name tells two calls of one callee apart, which differ in their policy
   */
  calls<C extends GrpcService>(
    callee: Service<C>,
    methods: readonly MethodName<C>[],
    policy: CallPolicy,
    name: string = callee.name,
  ): Call<C> {
    const override = this.platform.environment.policyOverrides?.[`${this.name}/${name}`];
    return new Call(this, name, { callee, methods, policy: { ...policy, ...override } });
  }

  publishesTo(...topics: readonly Topic[]): this {
    for (const topic of topics) {
      this.publishedTopics.add(topic);
      topic.publishers.add(this);
    }
    return this;
  }

  consumesFrom(...topics: readonly Topic[]): this {
    for (const topic of topics) {
      this.consumedTopics.add(topic);
      topic.consumers.add(this);
    }
    return this;
  }
}

/** Returns a record's own value, and not a member that every object has, such as `constructor`. */
function ownValue<Value>(record: Readonly<Record<string, Value>> = {}, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
