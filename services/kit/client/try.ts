import type { MetadataOptions } from '@grpc/grpc-js';
import type { Failure } from './failure.ts';
import type { Host } from './host.ts';

/**
 * One try of a call. It travels to the balancer as the options of the try's metadata, which grpc-js hands on as they
 * are, and comes back with what became of it.
 */
export class Try implements MetadataOptions {
  /** A call that finds no connection fails, and is tried again by its policy alone. */
  readonly waitForReady = false;
  /** 0 for the first. */
  readonly attempt: number;
  /** The tries of this call, whose hosts are passed over. */
  readonly others: readonly Try[];
  /** Whether it fails when there is no host but theirs. */
  readonly isHedge: boolean;
  /** The version of the callee that its call is for. */
  version: string | undefined;
  host: Host | undefined;
  /** Whether anything of it may have left this process. */
  sent = false;
  failure: Failure | undefined;
  /** Called when it begins, if it has to wait for a connection. */
  onSent: (() => void) | undefined;

  constructor(attempt: number, others: readonly Try[], isHedge = false) {
    this.attempt = attempt;
    this.others = others;
    this.isHedge = isHedge;
  }
}

/** A try under way. */
export interface Sent<T> {
  /** What is not an answer leaves its `failure` in the try. */
  readonly answer: Promise<T>;
  cancel(): void;
}
