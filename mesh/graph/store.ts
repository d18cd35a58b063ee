import { Construct } from 'constructs';

/** A database that one service owns; its role is the only one that can connect. */
export class Store extends Construct {
  /** Name of the database and of its role. */
  readonly database: string;

  constructor(scope: Construct, id: string, service: string) {
    super(scope, id);
    this.database = service.replaceAll('-', '_');
  }
}
