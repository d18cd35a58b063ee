import { serviceError } from '../../kit/errors/service-error.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import { drawPicture } from '../pictures/picture.ts';
import { PictureFiles } from '../pictures/picture-files.ts';
import type { PageSources } from './page-sources.ts';

/** Returns the files of the storefront: scripts, styles and pictures. A path changes with the content of its file. */
export function filePages({ assets }: Pick<PageSources, 'assets'>): PageHandlers {
  const pictures = new PictureFiles(drawPicture);
  return {
    getAsset: {
      access: 'everyone',
      isResource: true,
      answer({ params: { name = '' } }) {
        const file = assets.find(name);
        if (!file) throw serviceError('not-found', { metadata: { what: 'file' } });
        return { kind: 'file', file };
      },
    },
    getPicture: {
      access: 'everyone',
      isResource: true,
      async answer({ params: { name = '' } }) {
        const file = await pictures.find(name);
        if (!file) throw serviceError('not-found', { metadata: { what: 'picture' } });
        return { kind: 'file', file };
      },
    },
  };
}
