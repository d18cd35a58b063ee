// Disables the button of a form that is being sent. The server accepts a second request all the same.

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-once]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'true';
    form.setAttribute('aria-busy', 'true');
  });
}

// The browser may show the page again from its cache, as it was when it was left.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-once]')) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
  }
});
