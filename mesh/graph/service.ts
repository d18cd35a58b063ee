import { Construct } from 'constructs';
import type { Admission } from '../policy/admission.ts';
import type { CallPolicy } from '../policy/call-policy.ts';
import { type CanaryObjective, DEFAULT_CANARY_OBJECTIVE } from '../policy/canary-objective.ts';
import type { Edge } from '../policy/edge.ts';
import type { GrpcService, MethodName } from '../policy/grpc-service.ts';
import type { Lifecycle } from '../policy/lifecycle.ts';
import type { MetricName } from '../policy/metrics.ts';
import {
  DEFAULT_SERVICE_LEVEL_OBJECTIVE,
  type ServiceLevelObjective,
} from '../policy/service-level-objective.ts';
import { Call, outgoingCallsOf } from './call.ts';
import type { Size } from './environment.ts';
import type { PlatformScope, ServiceScope } from './scopes.ts';
import type { SecretKey } from './secret-key.ts';
import { Store } from './store.ts';
import type { Topic } from './topic.ts';
import { uniqueId } from './unique-id.ts';
import type { Version } from './version.ts';

export interface ServiceProps<S extends GrpcService> {
  /** The protobuf service that it serves on port 50051. @default no gRPC server */
  readonly serves?: S;
  /** HTTP routes that it serves to external clients, on port 8080. @default no external routes */
  readonly edge?: Edge;
  /** Whether the service owns a database. @default false */
  readonly hasStore?: boolean;
  /** Environment variables. Values are literal: `$(NAME)` is not expanded. Do not put secrets here. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Secrets that are mounted as files `/etc/weft/secrets/<key>`. @default none */
  readonly secrets?: readonly SecretKey[];
  /** Versions that run side by side. @default the environment's versions, otherwise one version `v1` */
  readonly versions?: readonly Version[];
  /** Rate and concurrency limits for incoming requests. @default no limits */
  readonly admission?: Admission;
  /** How much worse a canary may be than the current version. @default `DEFAULT_CANARY_OBJECTIVE` */
  readonly canaryObjective?: CanaryObjective;
  /**
   * Availability and latency that the service promises. Fields that are not set are those of
   * `DEFAULT_SERVICE_LEVEL_OBJECTIVE`. @default all of them
   */
  readonly serviceLevel?: Partial<ServiceLevelObjective>;
  /** The counter of the states of its objects, such as orders. It gets a dashboard of its own. @default none */
  readonly lifecycle?: Lifecycle;
  /** Metrics that only this service reports, for its dashboard. @default none */
  readonly ownMetrics?: readonly MetricName[];
}

/** A deployable Node process with one identity. */
export class Service<S extends GrpcService = GrpcService> extends Construct implements ServiceScope<S> {
  static readonly grpcPort = 50_051;
  static readonly httpPort = 8_080;
  /** Port of the health, readiness and metrics endpoints. */
  static readonly adminPort = 9_090;

  readonly platform: PlatformScope;
  readonly name: string;
  readonly serves: S | undefined;
  readonly edge: Edge | undefined;
  readonly store: Store | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretKey[];
  readonly versions: readonly Version[];
  readonly admission: Admission | undefined;
  readonly canaryObjective: CanaryObjective;
  readonly serviceLevel: ServiceLevelObjective;
  readonly lifecycle: Lifecycle | undefined;
  readonly ownMetrics: readonly MetricName[];
  readonly size: Size;
  readonly publishedTopics = new Set<Topic>();
  readonly consumedTopics = new Set<Topic>();

  constructor(platform: PlatformScope, id: string, props: ServiceProps<S> = {}) {
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
    this.canaryObjective = props.canaryObjective ?? DEFAULT_CANARY_OBJECTIVE;
    this.serviceLevel = { ...DEFAULT_SERVICE_LEVEL_OBJECTIVE, ...props.serviceLevel };
    this.lifecycle = props.lifecycle;
    this.ownMetrics = props.ownMetrics ?? [];
    this.size = { ...environment.size, ...ownValue(environment.sizeOverrides, id) };
  }

  /** DNS name in the cluster. */
  get host(): string {
    return `${this.name}.${this.platform.namespace}.svc.cluster.local`;
  }

  /** The calls that this service makes, in the order of their declaration. */
  get outgoingCalls(): readonly Call[] {
    return outgoingCallsOf(this);
  }

  /**
   * Declares that this service may call `methods` of `callee` under `policy`.
   * @param name of the call, unique among the caller's calls. Needed to call one service under several policies.
   */
  calls<C extends GrpcService>(
    callee: ServiceScope<C>,
    methods: readonly MethodName<C>[],
    policy: CallPolicy,
    name: string = callee.name,
  ): Call<C> {
    const override = this.platform.environment.policyOverrides?.[`${this.name}/${name}`];
    return new Call(this, name, { callee, methods, policy: { ...policy, ...override } });
  }

  /** Declares that this service publishes events to `topics`. */
  publishesTo(...topics: readonly Topic[]): this {
    for (const topic of topics) {
      this.publishedTopics.add(topic);
      topic.publishers.add(this);
    }
    return this;
  }

  /** Declares that this service consumes events from `topics`. */
  consumesFrom(...topics: readonly Topic[]): this {
    for (const topic of topics) {
      this.consumedTopics.add(topic);
      topic.consumers.add(this);
    }
    return this;
  }
}

/** Returns a record's own value, never an inherited member such as `constructor`. */
function ownValue<Value>(record: Readonly<Record<string, Value>> = {}, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
