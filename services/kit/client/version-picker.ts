import { experimental } from '@grpc/grpc-js';
import { Try } from './try.ts';

type Picker = experimental.Picker;

/** For a version that is gone since the call began. */
const NONE = new experimental.UnavailablePicker({ details: 'no healthy upstream' });

/** Leaves each try to the picker of the version that its call is for. */
export class VersionPicker implements Picker {
  readonly #pickers: ReadonlyMap<string | undefined, Picker>;
  readonly #any: () => Picker;

  /** @param any for calls that began when versions were not told apart */
  constructor(pickers: ReadonlyMap<string | undefined, Picker>, any: () => Picker) {
    this.#pickers = pickers;
    this.#any = any;
  }

  pick(args: experimental.PickArgs): experimental.PickResult {
    const options = args.metadata.getOptions();
    const version = options instanceof Try ? options.version : undefined;
    const picker = this.#pickers.get(version) ?? (version === undefined ? this.#any() : NONE);
    return picker.pick(args);
  }
}
