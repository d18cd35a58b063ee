import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../controls/icon.tsx';
import { SHORTCUTS } from '../controls/shortcuts.ts';

interface HelpDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Lists the shortcuts of the keyboard. */
export function HelpDialog({ isOpen, onClose }: HelpDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const node = dialog.current;
    if (isOpen && !node?.open) node?.showModal();
    if (!isOpen && node?.open) node.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <header class="panel-head">
        <h2 id="help-title">Keyboard shortcuts</h2>
        <button type="button" class="icon-button" onClick={onClose} aria-label="Close the shortcuts">
          <Icon name="close" />
        </button>
      </header>
      <dl class="shortcuts">
        {SHORTCUTS.map(({ keys, text }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key, index) => (
                <kbd key={`${key}${index}`}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="soft small">Shortcuts are off while you type into a field.</p>
    </dialog>
  );
}
