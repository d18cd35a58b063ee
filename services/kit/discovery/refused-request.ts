/** A registry answers, and refuses. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  /** Of HTTP. */
  readonly status: number;

  constructor(what: string, status: number, body: string) {
    super(`${what} is answered ${status}: ${body.trim().slice(0, 200) || 'without a reason'}`);
    this.status = status;
  }
}
