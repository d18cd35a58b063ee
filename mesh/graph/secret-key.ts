/** A key of a Kubernetes Secret that is made outside of the manifests; a process reads it as a file of that name. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}
