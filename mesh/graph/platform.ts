import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Call } from './call.ts';
import type { Environment } from './environment.ts';
import { Service } from './service.ts';
import { Topic } from './topic.ts';

export interface PlatformProps {
  readonly environment: Environment;
  /** Kubernetes namespace of everything in the graph. @default the construct's id */
  readonly namespace?: string;
}

/** The service graph: the one source that everything else is derived from. */
export class Platform extends Chart {
  readonly environment: Environment;
  override readonly namespace: string;
  /** Scope of what must be there before all else: manifests come in the order of the tree, and are applied in it. */
  readonly base: Construct;

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
