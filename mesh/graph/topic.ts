import { Construct } from 'constructs';
import type { Service } from './service.ts';

/** A stream of events, ordered by key. */
export class Topic extends Construct {
  readonly name: string;
  readonly publishers = new Set<Service>();
  readonly consumers = new Set<Service>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.name = id;
  }
}
