/** One step of a database's schema. Applied once, in the order of the list, and never changed afterwards. */
export interface Migration {
  /** Unique in its database: `0001-orders`. */
  readonly name: string;
  /** Any number of statements; all of them or none are applied. */
  readonly sql: string;
}
