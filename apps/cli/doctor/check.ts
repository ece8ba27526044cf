import type { CliContext } from '../cli-context.ts';

export type Verdict = 'ok' | 'warn' | 'fail';

/** What was found at one place; whatever is not `ok` comes with what to do about it. */
export type Finding =
  | { readonly verdict: 'ok'; readonly check: string; readonly detail: string }
  | { readonly verdict: 'warn' | 'fail'; readonly check: string; readonly detail: string; readonly advice: string };

/** Looks at one thing; what it throws becomes a `fail`. */
export type Check = (context: CliContext) => Promise<readonly Finding[]>;

export const ok = (check: string, detail: string): Finding => ({ verdict: 'ok', check, detail });
export const warn = (check: string, detail: string, advice: string): Finding => ({
  verdict: 'warn',
  check,
  detail,
  advice,
});
export const fail = (check: string, detail: string, advice: string): Finding => ({
  verdict: 'fail',
  check,
  detail,
  advice,
});
