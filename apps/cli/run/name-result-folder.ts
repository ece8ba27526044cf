/** Most file systems take 255 bytes a name; what is left is for a suffix and a temporary name. */
const LONGEST_NAME_BYTES = 200;
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*]/gu;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
// U+200D joins the parts of one emoji: it is a format character, and harmless.
const JOINER = '\u200d';

function cutToBytes(text: string, bytes: number): string {
  let length = 0;
  const graphemes = [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
  const end = graphemes.findIndex((grapheme) => (length += Buffer.byteLength(grapheme)) > bytes);
  return end === -1 ? text : graphemes.slice(0, end).join('');
}

const withoutExtension = (name: string): string => name.replace(/(?<=.)\.[A-Za-z0-9]{1,8}$/u, '');

/**
 * The name of the folder that a slide's results go into: the slide's name without its extension, made harmless, since it may
 * come from an S3 key or a URL. Umlauts, spaces and emoji stay.
 * @example resultFolderName('Müller 😀.svs') // "Müller 😀"
 * @example resultFolderName('../../etc/passwd') // "_.._etc_passwd"
 */
export function resultFolderName(slideName: string): string {
  const clean = withoutExtension(slideName.normalize('NFC'))
    .replace(FORBIDDEN, (character) => (character === JOINER ? JOINER : '_'))
    .replace(/^[.\s]+|[.\s]+$/gu, '');
  const name = cutToBytes(clean, LONGEST_NAME_BYTES).trimEnd();
  return name === '' || RESERVED.test(name) ? `slide${name === '' ? '' : `-${name}`}` : name;
}

/** As file systems that ignore case see it. */
const seenAs = (name: string): string => name.normalize('NFC').toLowerCase();

/** Behind the name of a second slide that is called the same. */
export const suffixedName = (name: string, runId: string): string => `${name}-${runId.slice(0, 8)}`;

/** Which run holds which folder name in one command, so that two slides of one name never meet. */
export class FolderNames {
  readonly #holders = new Map<string, string>();

  /** Whether the name is this run's now: it was free, or this run had it before. */
  take(name: string, runId: string): boolean {
    const holder = this.#holders.get(seenAs(name)) ?? runId;
    this.#holders.set(seenAs(name), holder);
    return holder === runId;
  }
}
