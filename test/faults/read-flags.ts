import { parseArgs } from 'node:util';

/** Flags that take a value; unset ones are left out. @throws Error for a flag that is not known */
export function readFlags<Name extends string>(names: readonly Name[]): Partial<Record<Name, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  return parseArgs({ options }).values as Partial<Record<Name, string>>;
}

/** @throws Error for what is no number above zero */
export function countOf(flag: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${flag} ${text ?? ''}: give a number above 0`);
}
