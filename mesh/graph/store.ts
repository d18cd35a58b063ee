import { Construct } from 'constructs';

/** A database that is owned by one service. Only the role of that service can connect to it. */
export class Store extends Construct {
  /** Name of the database and of its role. */
  readonly database: string;

  constructor(scope: Construct, id: string, service: string) {
    super(scope, id);
    this.database = service.replaceAll('-', '_');
  }
}
