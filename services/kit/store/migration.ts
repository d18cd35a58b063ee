/** One step of a database schema. Applied once, in the order of the list, and never changed afterwards. */
export interface Migration {
  /** Unique within its database: `0001-orders`. */
  readonly name: string;
  /** One or more statements, which are applied atomically. */
  readonly sql: string;
}
