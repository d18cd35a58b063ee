// Shows instants in the time zone of the browser.

for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-locale]')) {
  const instant = new Date(element.dateTime);
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  element.textContent = new Intl.DateTimeFormat(element.dataset.locale, options).format(instant);
}
