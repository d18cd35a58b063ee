import { useRef, useState } from 'preact/hooks';
import type { ImportView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { sendCommand } from '../state/api.ts';
import { reloadState } from '../state/live-connection.ts';
import { openRoute } from '../state/navigation.ts';
import { NO_TRACE_FILTERS } from '../state/routes.ts';

interface ImportButtonProps {
  /** Called with the reason of a failure, and with null when the next import starts. */
  readonly onProblem: (problem: string | null) => void;
}

/** Lets the reader choose an exported file, and shows its data. */
export function ImportButton({ onProblem }: ImportButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const importFile = async (file: File) => {
    setBusy(true);
    onProblem(null);
    try {
      const result = await sendCommand<ImportView>('/api/import', file);
      await reloadState();
      const traceId = result?.focusTraceId ?? null;
      openRoute(
        traceId === null
          ? { view: 'traces', filters: NO_TRACE_FILTERS }
          : { view: 'trace', traceId, spanId: null },
      );
    } catch (error) {
      onProblem(`${file.name} was not imported: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabindex={-1}
        aria-label="Exported file"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (file) importFile(file);
        }}
      />
      <button
        type="button"
        class="tool"
        title="Show an exported file"
        disabled={isBusy}
        onClick={() => input.current?.click()}
      >
        <Icon name="import" />
        <span>{isBusy ? 'Importing' : 'Import'}</span>
      </button>
    </>
  );
}
