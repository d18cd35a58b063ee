// Keeps the prices of an open cart current.

interface CartChange {
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly price: string;
    readonly sum: string;
    readonly note: string;
  }[];
  readonly total: string;
  readonly problem: string;
}

const cart = document.querySelector<HTMLElement>('[data-cart]');

function setText(parent: ParentNode | null | undefined, selector: string, text: string): void {
  const element = parent?.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

function show({ lines, total, problem }: CartChange): void {
  const elements = new Map(
    [...document.querySelectorAll<HTMLElement>('[data-line]')].map((line) => [line.dataset.line, line]),
  );
  // The cart was changed in another tab.
  if (elements.size !== lines.length || lines.some(({ id }) => !elements.has(id))) {
    location.reload();
    return;
  }
  for (const { id, price, sum, note } of lines) {
    const line = elements.get(id);
    setText(line, '[data-price]', price);
    setText(line, '[data-sum]', sum);
    setText(line, '[data-note]', note);
    line?.querySelector('[data-note]')?.toggleAttribute('hidden', note === '');
  }
  const previousTotal = document.querySelector('[data-total]')?.textContent;
  setText(document, '[data-total]', total);
  if (previousTotal !== total) setText(document, '[data-announce]', `The total is now ${total}.`);
  setText(document, '[data-problem] p', problem);
  document.querySelector('[data-problem]')?.toggleAttribute('hidden', problem === '');
  const checkout = document.querySelector('[data-checkout]');
  if (problem) checkout?.setAttribute('aria-disabled', 'true');
  else checkout?.removeAttribute('aria-disabled');
}

if (cart?.dataset.cart) {
  const source = new EventSource(cart.dataset.cart);
  source.addEventListener('cart', ({ data }) => show(JSON.parse(data) as CartChange));
}
