const PLAIN = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

/** A command that can be pasted into a shell as it is. @example shellCommand(['h2g', 'run', 'my slide.svs']) // "h2g run 'my slide.svs'" */
export const shellCommand = (words: readonly string[]): string => words.map(quoted).join(' ');
