/** A Kubernetes object as plain JSON, without undefined and null. */
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

/** A synthesized Kubernetes object, with its construct and its file. */
export interface Manifest {
  /** Path of the construct that created the object. */
  readonly path: string;
  /** Name of the file that contains the object. */
  readonly file: string;
  readonly object: KubernetesObject;
}
