import { Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import type { Call } from './call.ts';
import type { Environment } from './environment.ts';
import type { PlatformScope } from './scopes.ts';
import { Service } from './service.ts';
import { Topic } from './topic.ts';

export interface PlatformProps {
  readonly environment: Environment;
  /** Kubernetes namespace of everything in the graph. @default the construct's id */
  readonly namespace?: string;
}

/** The service graph: the single source of the manifests and of everything else that is derived. */
export class Platform extends Chart implements PlatformScope {
  readonly environment: Environment;
  override readonly namespace: string;
  /** Scope of objects that must be applied before all others. Manifests are ordered like the construct tree. */
  readonly base: Construct;

  /**
   * Returns the platform that a construct belongs to.
   * @throws Error if the construct is not in a platform
   */
  static override of(construct: IConstruct): Platform {
    const chart = Chart.of(construct);
    if (isPlatform(chart)) return chart;
    throw new Error(`${construct.node.path} is not in a platform: create it in the scope of a Platform`);
  }

  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id, { namespace: props.namespace ?? id, disableResourceNameHashes: true });
    this.environment = props.environment;
    this.namespace = props.namespace ?? id;
    this.base = new Construct(this, 'base');
  }

  get services(): readonly Service[] {
    return this.node.children.filter((child) => child instanceof Service);
  }

  get topics(): readonly Topic[] {
    return this.node.children.filter((child) => child instanceof Topic);
  }

  get calls(): readonly Call[] {
    return this.services.flatMap((service) => service.outgoingCalls);
  }
}

/**
 * Returns whether a chart is a platform. Does not use `instanceof`, which cdk8s overrides to be true for a chart of any
 * class.
 */
function isPlatform(chart: Chart): chart is Platform {
  return 'environment' in chart && 'base' in chart;
}
