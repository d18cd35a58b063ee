/** Describes a part of a document that violates its schema. */
export interface SchemaFailure {
  /** Path of the part, such as `spec.http[0].timeout`; empty for the document itself. */
  readonly field: string;
  readonly value: unknown;
  /** The requirement of the schema. */
  readonly message: string;
  /** Whether the part still has its declared type, so that other rules can read it. */
  readonly isShapeValid: boolean;
}

/** Validates `value`, which is the part of a document at `field`. Returns no failures if it is valid. */
export type SchemaCheck = (value: unknown, field: string) => readonly SchemaFailure[];
