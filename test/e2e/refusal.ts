import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { H2gAnswer } from './h2g.ts';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

interface Expected {
  readonly exitCode: 2 | 3;
  readonly code: string;
  readonly says: RegExp;
}

/** What every command that failed owes its user: an exit code, one JSON object, and the same words for people, without a stack trace. */
export function expectRefusal(answer: H2gAnswer, { exitCode, code, says }: Expected): Refusal {
  expect(answer.exitCode, answer.stderr).toBe(exitCode);
  const { error } = answer.json() as { error: Refusal };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(says);
  expect(error.hint).toMatch(/\w{3}/);
  expect(answer.stderr).toContain(`error: ${error.message}`);
  expect(answer.stderr).toContain(error.hint);
  expect(answer.stderr).not.toMatch(/^\s+at |\bundefined\b|\[object/m);
  return error;
}

/** No folder, or an empty one: also nothing hidden and half-written. */
export async function expectNothingIn(folder: string): Promise<void> {
  expect(existsSync(folder) ? await readdir(folder) : []).toEqual([]);
}
