export type Role = 'customer' | 'admin';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

export interface StoredAccount extends Account {
  /** PHC string. */
  readonly passwordHash: string;
}
