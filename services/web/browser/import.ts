// Sends an import line by line, with its progress. Without this script, the text area is sent as a form.

const form = document.querySelector<HTMLFormElement>('[data-import]');

function send(path: string, body: Blob, onProgress: (share: number) => void): Promise<string> {
  // fetch does not report the progress of a body.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total ? loaded / total : 0),
    );
    request.addEventListener('load', () => {
      const isJson = request.getResponseHeader('content-type')?.startsWith('application/json');
      if (!isJson)
        return reject(new Error('The shop did not accept the import. Sign in again, then try again.'));
      const { imported, message } = JSON.parse(request.responseText) as {
        imported?: number;
        message?: string;
      };
      resolve(message ?? `${imported} products were imported.`);
    });
    request.addEventListener('error', () => reject(new Error('The connection broke. Nothing was imported.')));
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/x-ndjson');
    request.send(body);
  });
}

if (form?.dataset.import) {
  const path = form.dataset.import;
  const file = form.querySelector<HTMLInputElement>('input[type=file]');
  const text = form.querySelector<HTMLTextAreaElement>('textarea');
  const progress = form.querySelector('progress');
  const button = form.querySelector('button');
  const result = form.querySelector('[data-result]');
  form.querySelector('[data-file]')?.removeAttribute('hidden');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = file?.files?.[0] ?? new Blob([text?.value ?? '']);
    const bar = form.querySelector('[data-progress]');
    bar?.removeAttribute('hidden');
    if (button) button.disabled = true;
    try {
      const outcome = await send(path, body, (share) => {
        if (progress) progress.value = share;
      });
      if (result) result.textContent = outcome;
    } catch (error) {
      if (result) result.textContent = (error as Error).message;
    } finally {
      bar?.setAttribute('hidden', '');
      if (button) button.disabled = false;
    }
  });
}
