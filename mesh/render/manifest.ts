/** A Kubernetes object as it is written: JSON, without undefined and null. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A Kubernetes object as synthesized, and where it comes from and goes to. */
export interface Manifest {
  /** Path of the construct that made it. */
  readonly path: string;
  /** Name of the file that it is written to. */
  readonly file: string;
  readonly object: KubernetesObject;
}
