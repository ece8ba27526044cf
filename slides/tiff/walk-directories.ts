import { slideError } from '../slide-error.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import { readDirectory, type TiffDirectory } from './read-directory.ts';
import type { TiffFile } from './read-header.ts';
import { readNumbers } from './read-values.ts';
import { TAG } from '../../domain/tiff-tags.ts';

/** All pages in their order, each followed by the directories of its SubIFDs. Throws `slide-unreadable` where they go in circles. */
export async function walkDirectories(file: TiffFile, options?: BlockReadOptions): Promise<TiffDirectory[]> {
  const seen = new Set<number>();
  const found: TiffDirectory[] = [];
  const visit = async (offset: number): Promise<TiffDirectory> => {
    if (seen.has(offset)) {
      throw slideError(
        'slide-unreadable',
        file.name,
        `has a loop: directory ${found.length} leads back to byte ${offset}.`,
      );
    }
    seen.add(offset);
    checkLimit('directories', seen.size, file.name);
    const directory = await readDirectory(file, offset, options);
    found.push(directory);
    return directory;
  };
  for (let offset = file.firstDirectory; offset !== 0;) {
    const page = await visit(offset);
    for (const sub of await readNumbers(file, { directory: page, tag: TAG.subIfds }, options)) await visit(sub);
    offset = page.next;
  }
  if (found.length === 0) throw slideError('slide-unreadable', file.name, 'has no picture in it.');
  return found;
}
