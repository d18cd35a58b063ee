// Keeps the status of an order current, until the order is confirmed or cancelled.

interface OrderChange {
  readonly status: string;
  readonly title: string;
  readonly detail: string;
}

const section = document.querySelector<HTMLElement>('[data-order]');

if (section?.dataset.order) {
  const source = new EventSource(section.dataset.order);
  source.addEventListener('order', ({ data }) => {
    const { status, title, detail } = JSON.parse(data) as OrderChange;
    const texts = { '[data-title]': title, '[data-detail]': detail };
    for (const [selector, text] of Object.entries(texts)) {
      const element = section.querySelector(selector);
      if (element && element.textContent !== text) element.textContent = text;
    }
    section.className = `status ${status}`;
    if (status !== 'pending') source.close();
  });
}
