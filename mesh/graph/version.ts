/** One version of a service. Several versions of a service can run side by side and share its requests. */
export interface Version {
  readonly name: string;
  /** Share of the requests in percent, 0 to 100. The weights of all versions of a service add up to 100. */
  readonly weight: number;
  /** Tag of the image. @default the image tag of the service */
  readonly imageTag?: string;
  /** Settings that override those of the service. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Requests with this header go to this version, regardless of the weights. @default none */
  readonly header?: { readonly name: string; readonly value: string };
  /**
   * Share of the read-only requests that are mirrored to this version, in percent, 0 to 100. Responses to mirrored
   * requests are discarded. @default 0
   */
  readonly mirrorPercent?: number;
}
