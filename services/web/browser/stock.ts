// Keeps the stock of a product current.

interface StockChange {
  readonly level: string;
  readonly label: string;
}

const stock = document.querySelector<HTMLElement>('[data-stock]');
const button = document.querySelector<HTMLButtonElement>('form.add button');

if (stock?.dataset.stock) {
  const source = new EventSource(stock.dataset.stock);
  source.addEventListener('stock', ({ data }) => {
    const { level, label } = JSON.parse(data) as StockChange;
    // A live region announces each assignment, even of the same text.
    if (stock.textContent !== label) stock.textContent = label;
    stock.className = `stock ${level}`;
    if (button) button.disabled = level === 'sold-out';
  });
}
