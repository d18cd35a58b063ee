/**
 * A key of a Kubernetes Secret that is not part of the manifests. Processes read it as a file with the name of the key.
 */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}
