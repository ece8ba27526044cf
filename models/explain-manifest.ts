import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a `bundle.json`, one sentence a problem: the field, what it is, what was expected.
 * @example "detection.input.layout is "NHCW", expected one of "NHWC", "NCHW""
 */
export const explainManifest = (error: z.ZodError, raw: unknown): string[] =>
  error.issues.flatMap((issue) => explainIssue(issue, raw, []));

function explainIssue(issue: Issue, raw: unknown, parent: readonly PropertyKey[]): string[] {
  const path = [...parent, ...issue.path];
  const value = valueAt(raw, path);
  if (issue.code === 'invalid_union') {
    return nearestBranch(issue.errors, value).flatMap((inner) => explainIssue(inner, raw, path));
  }
  return [`${nameOf(path)} ${complaint(issue, value)}`];
}

/** Inputs apart and a stacked input differ in their names; the branch that the writer meant has the fewest foreign ones. */
function nearestBranch(branches: readonly Issue[][], value: unknown): Issue[] {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const foreign = (branch: Issue[]) =>
    branch
      .flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
      .filter((key) => names.includes(key)).length;
  return branches.toSorted((a, b) => foreign(a) - foreign(b))[0] ?? [];
}

function complaint(issue: Issue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return `has names that mean nothing here: ${issue.keys.join(', ')}`;
  if (value === undefined) return `is missing, expected ${expectation(issue)}`;
  return `is ${shortened(JSON.stringify(value))}, expected ${expectation(issue)}`;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return TYPE_WORDS[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return oneOf(issue.values.map((value) => JSON.stringify(value)));
  if (issue.code === 'too_small')
    return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_big')
    return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`;
  return issue.message.replace(/^must be /, '');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'a group of fields in braces',
  array: 'a list',
  tuple: 'a list of two names',
};

const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
const unitOf = (origin: string): string => (origin === 'string' ? ' characters' : '');
const nameOf = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'the file' : path.map(String).join('.'));
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), raw);

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;
